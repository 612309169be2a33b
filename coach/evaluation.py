"""How well does it find and decide? Figures on labelled questions, beside two simpler ways of searching."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coach.choices import AnswerKind
from coach.dialogue.coach import Coach
from coach.search.encoder import Encoder
from coach.search.index import Row, VectorIndex
from coach.types import Passage, Turn

RESAMPLES = 2000
SEED = 11
# From a message to passage ids, best first.
Search = Callable[[str], list[str]]


@dataclass(frozen=True)
class Question:
    """A labelled message; `pages` are those that would serve the asker equally well, none if no page answers."""

    id: str
    split: str
    text: str
    kind: AnswerKind
    style: str
    pages: frozenset[str]
    passage: str
    route: str
    lookalike: bool


@dataclass(frozen=True)
class Figure:
    """A share of right cases: one value a case, 1 for right."""

    name: str
    cases: np.ndarray

    @property
    def share(self) -> float:
        """The share of right cases; NaN for none."""
        return float(self.cases.mean()) if len(self.cases) else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % bootstrap interval of the share (Efron 1979, percentile method)."""
        if not len(self.cases):
            return float("nan"), float("nan")
        drawn = np.random.default_rng(SEED).integers(len(self.cases), size=(RESAMPLES, len(self.cases)))
        low, high = np.percentile(self.cases[drawn].mean(axis=1), [2.5, 97.5])
        return float(low), float(high)


def read_questions(path: Path, *, split: str) -> list[Question]:
    """The labelled questions of one half, `dev` or `test`."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [_question(row) for row in rows if row["split"] == split]


def _question(row: dict) -> Question:
    return Question(
        id=row["id"],
        split=row["split"],
        text=row["text"],
        kind=AnswerKind(row["kind"]),
        style=row["style"],
        pages=frozenset([row["page"], *row["also"]] if "page" in row else []),
        passage=row.get("passage") or "",
        route=row.get("route", ""),
        lookalike=row.get("lookalike", False),
    )


@dataclass(frozen=True)
class Decisions:
    """What the coach did with each question, in their order."""

    questions: Sequence[Question]
    kinds: Sequence[AnswerKind]

    def figures(self) -> list[Figure]:
        """The figures on deciding."""
        right = [kind == question.kind for question, kind in self._pairs()]
        escalated = [(question, kind == AnswerKind.ESCALATE) for question, kind in self._pairs()]
        return [
            _figure("kind right", right),
            _figure("escalations found", (yes for question, yes in escalated if _urgent(question))),
            _figure("others not escalated", (not yes for question, yes in escalated if not _urgent(question))),
            _figure("look-alikes left alone", (not yes for question, yes in escalated if question.lookalike)),
        ]

    def confusion(self) -> dict[tuple[AnswerKind, AnswerKind], int]:
        """How often each kind (first) was taken for each (second)."""
        return Counter((question.kind, kind) for question, kind in self._pairs())

    def by_style(self) -> list[Figure]:
        """Kinds right, by the style of the message."""
        styles = sorted({question.style for question in self.questions})
        return [_figure(style, (q.kind == kind for q, kind in self._pairs() if q.style == style)) for style in styles]

    def _pairs(self) -> Iterable[tuple[Question, AnswerKind]]:
        return zip(self.questions, self.kinds, strict=True)


def decide(coach: Coach, questions: Sequence[Question]) -> Decisions:
    """What the coach does with each question as a first message."""
    return Decisions(questions, [coach.reply(question.text)[0].kind for question in questions])


def found(search: Search, questions: Sequence[Question]) -> list[Figure]:
    """How often a search puts the right page and passage first; over the questions that pages answer."""
    answerable = [question for question in questions if question.pages]
    ranked = [search(question.text) for question in answerable]
    pages = [list(dict.fromkeys(passage.partition("#")[0] for passage in passages)) for passages in ranked]
    passages = [(q.passage, each[0]) for q, each in zip(answerable, ranked, strict=True) if q.passage]
    return [
        _figure("right page first", (each[0] in q.pages for q, each in zip(answerable, pages, strict=True))),
        _figure(
            "right page in three", (bool(q.pages & {*each[:3]}) for q, each in zip(answerable, pages, strict=True))
        ),
        _figure("right passage first", (right == first for right, first in passages)),
    ]


def coach_search(coach: Coach, encoder: Encoder) -> Search:
    """The search of the coach itself."""
    return lambda text: [hit.passage for hit in coach.finder.find(text, encoder.encode([text])[0])]


def plain_search(passages: Sequence[Passage], encoder: Encoder) -> Search:
    """Plain embedding search: the same model over the passages' bodies alone."""
    rows = [Row(passage.id, passage.body) for passage in passages]
    index = VectorIndex.build(rows, encoder.encode([row.text for row in rows]))
    return lambda text: [hit.passage for hit in index.nearest(encoder.encode([text])[0], limit=len(rows))]


def bm25_search(passages: Sequence[Passage]) -> Search:
    """BM25 over the passages' headings and bodies."""
    import bm25s

    def tokens(texts: list[str]):
        return bm25s.tokenize(texts, stopwords="en", show_progress=False)

    index = bm25s.BM25()
    index.index(tokens([f"{passage.heading} {passage.body}" for passage in passages]), show_progress=False)

    def search(text: str) -> list[str]:
        positions, _ = index.retrieve(tokens([text]), k=len(passages), show_progress=False)
        return [passages[position].id for position in positions[0]]

    return search


def follow_ups_resolved(coach: Coach, path: Path, *, split: str) -> list[Figure]:
    """How often the turns of whole dialogues get the right kind, and follow-ups the right page."""
    kinds, pages = [], []
    for dialogue in (json.loads(line) for line in path.read_text("utf-8").splitlines()):
        if dialogue["split"] != split:
            continue
        turns: tuple[Turn, ...] = ()
        for turn in dialogue["turns"]:
            answer, turns = coach.reply(turn["text"], turns)
            kinds.append(answer.kind == turn["kind"])
            if turn["kind"] == AnswerKind.ANSWER and turn.get("follow_up") not in (None, "new"):
                right = {turn["page"], *turn.get("also", [])}
                pages.append(bool(answer.topics) and answer.topics[0] in right)
    return [_figure("turns of the right kind", kinds), _figure("follow-ups on the right page", pages)]


def _figure(name: str, cases: Iterable[bool]) -> Figure:
    return Figure(name, np.array(list(cases), dtype=float))


def _urgent(question: Question) -> bool:
    return question.kind == AnswerKind.ESCALATE
