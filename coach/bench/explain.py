"""How an answer was found: the route and its margin, the ranks, the question that matched, and the near misses."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coach.choices import AnswerKind
from coach.dialogue.coach import Coach
from coach.dialogue.messages import clean, parts
from coach.types import Answer, Decision, Hit

SHOWN = 8
ROUTES = 4


@dataclass(frozen=True)
class Found:
    """A passage that was found, with its place by nearness and by shared words (1 is best, 0 for none)."""

    hit: Hit
    file: str
    dense: int
    lexical: int


@dataclass(frozen=True)
class Explanation:
    """Why a first message gets its answer.

    `routes` are the likeliest with their probabilities, `margin` is how much more probable the kind of reply is
    than the next one, `nearest` the best cosine. `found` is in the order in which the coach would answer.
    """

    message: str
    answer: Answer
    decision: Decision
    margin: float
    routes: tuple[tuple[str, float], ...]
    thresholds: Mapping[str, float]
    nearest: float
    found: tuple[Found, ...]


class Explainer:
    """Explains one coach; the words of its rows are counted once, at the first message."""

    def __init__(self, coach: Coach):
        self.coach = coach
        self._words = None

    def explain(self, message: str) -> Explanation:
        """The explanation of a first message; raises MessageRefused when it cannot be read."""
        text = clean(message)
        texts = [text, *parts(text)]
        vectors = self.coach.encoder.encode(texts)
        router = self.coach.router
        shares = router.probabilities(text, vectors[0])
        hits = self.coach.finder.find(text, vectors[0])
        dense = [hit.passage for hit in self.coach.finder.index.nearest(vectors[0], limit=len(hits) * 10)]
        lexical = self._lexical(text)
        return Explanation(
            message=text,
            answer=self.coach.reply(text)[0],
            decision=router.decide(texts, vectors),
            margin=_margin(shares, self._kinds()),
            routes=tuple(sorted(shares.items(), key=lambda pair: -pair[1])[:ROUTES]),
            thresholds=vars(router.thresholds),
            nearest=max(hit.score for hit in hits),
            found=tuple(
                Found(hit, self.file(hit.passage), _place(hit.passage, dense), _place(hit.passage, lexical))
                for hit in hits[:SHOWN]
            ),
        )

    def file(self, passage: str) -> str:
        """The file in which a passage stands."""
        page = self.coach.knowledge.pages[passage.partition("#")[0]]
        return f"knowledge/{page.group}/{page.id}.md"

    def _kinds(self) -> dict[str, AnswerKind]:
        return {page.id: page.boundary.reply for page in self.coach.knowledge.pages.values() if page.boundary}

    def _lexical(self, text: str) -> list[str]:
        """Passages by BM25 of their best text; those that share no word are left out."""
        import bm25s

        rows = self.coach.finder.index.rows
        if self._words is None:
            self._words = bm25s.BM25()
            self._words.index(_tokens([row.text for row in rows]), show_progress=False)
        positions, scores = self._words.retrieve(_tokens([text]), k=min(200, len(rows)), show_progress=False)
        pairs = zip(positions[0], scores[0], strict=True)
        return list(dict.fromkeys(rows[position].target for position, score in pairs if score > 0))


def _tokens(texts: list[str]):
    import bm25s

    return bm25s.tokenize(texts, stopwords="en", show_progress=False)


def _margin(shares: Mapping[str, float], kinds: Mapping[str, AnswerKind]) -> float:
    by_kind = dict.fromkeys(AnswerKind, 0.0)
    for route, share in shares.items():
        by_kind[kinds.get(route, AnswerKind.ANSWER)] += share
    first, second = np.sort(list(by_kind.values()))[::-1][:2]
    return float(first - second)


def _place(passage: str, ranked: list[str]) -> int:
    return ranked.index(passage) + 1 if passage in ranked else 0


def to_text(explained: Explanation) -> str:
    """The explanation for a terminal."""
    decision, thresholds = explained.decision, explained.thresholds
    lines = [
        f"Reply: {explained.answer.kind}, {explained.answer.asked}",
        f"Route: {decision.route}, {decision.kind} with probability {decision.probability:.2f}; "
        f"margin to the next kind {explained.margin:.2f}",
        "  " + ", ".join(f"{route} {share:.2f}" for route, share in explained.routes),
        f"Escalates from {thresholds['whole']:.2f} (a sentence alone from {thresholds['part']:.2f}); "
        f"people are offered from {thresholds['offer']:.2f}",
        f"Nearest passage: cosine {explained.nearest:.2f}; offered under a refusal from {thresholds['near']:.2f}, "
        f"answered with from {thresholds['sure']:.2f}",
        "",
        f"{'passage':44}{'rank':>8}{'cosine':>8}{'dense':>7}{'words':>7}",
    ]
    for found in explained.found:
        hit = found.hit
        lines.append(f"{hit.passage:44}{hit.rank:8.2f}{hit.score:8.2f}{found.dense:7}{found.lexical or '-':>7}")
        lines.append(f"  {found.file}: '{_short(hit.matched)}'")
    return "\n".join(lines)


def _short(text: str, longest: int = 100) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."
