"""How an answer was found: the route and its margin, the ranks, the question that matched, and the near misses."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coach.dialogue.coach import Coach
from coach.dialogue.messages import clean, parts
from coach.search.finder import Finder
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

    answer: Answer
    decision: Decision
    margin: float
    routes: tuple[tuple[str, float], ...]
    thresholds: Mapping[str, float]
    nearest: float
    found: tuple[Found, ...]


def explain(coach: Coach, message: str) -> Explanation:
    """The explanation of a first message; raises MessageRefused when it cannot be read."""
    text = clean(message)
    texts = [text, *parts(text)]
    vectors = coach.encoder.encode(texts)
    router, finder = coach.router, coach.finder
    kinds = router.kinds(text, vectors[0])
    first, second = sorted(kinds.values(), reverse=True)[:2]
    hits = finder.find(text, vectors[0])
    dense = [hit.passage for hit in finder.index.nearest(vectors[0], limit=len(hits) * 10)]
    lexical = _by_words(finder, text)
    return Explanation(
        answer=coach.reply(text)[0],
        decision=router.decide(texts, vectors),
        margin=first - second,
        routes=tuple(sorted(router.probabilities(text, vectors[0]).items(), key=lambda pair: -pair[1])[:ROUTES]),
        thresholds=vars(router.thresholds),
        nearest=max(hit.score for hit in hits),
        found=tuple(
            Found(hit, _file(coach, hit.passage), _place(hit.passage, dense), _place(hit.passage, lexical))
            for hit in hits[:SHOWN]
        ),
    )


def _file(coach: Coach, passage: str) -> str:
    page = coach.knowledge.pages[passage.partition("#")[0]]
    return f"knowledge/{page.group}/{page.id}.md"


def _by_words(finder: Finder, text: str) -> list[str]:
    """Passages by the words that they share with `text`; those that share none are left out."""
    scores = finder.index.best_of_each(finder.words.scores(text))
    return [finder.index.targets[each] for each in np.argsort(-scores, kind="stable") if scores[each] > 0]


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
