"""Figures on labelled questions: how well does the coach decide, find, and go on?"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coach.choices import AnswerKind
from coach.dialogue.coach import Coach
from coach.types import Turn

RESAMPLES = 2000
SEED = 11
# From a message to passage ids, best first.
Search = Callable[[str], list[str]]


@dataclass(frozen=True)
class Question:
    """A labelled message; `pages` are those that would serve the asker equally well, none if no page answers."""

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


@dataclass(frozen=True)
class Reply:
    """What the coach did: the kind, and the route ("answer" for an answer).

    `answerable` is how probable it found that the pages answer; `people` says that it pointed to people.
    """

    kind: AnswerKind
    route: str
    answerable: float
    people: bool


def read_questions(path: Path, *, split: str) -> list[Question]:
    """The labelled questions of one half, `dev` or `test`."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [_question(row) for row in rows if row["split"] == split]


def _question(row: dict) -> Question:
    return Question(
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
    """What the coach did with each question as a first message, in the order of `questions`."""

    questions: Sequence[Question]
    replies: Sequence[Reply]

    def figures(self) -> list[Figure]:
        """The figures on deciding."""
        escalated = [(question, reply.kind == AnswerKind.ESCALATE) for question, reply in self.pairs]
        return [
            _figure("kind right", (right_kind(question, reply) for question, reply in self.pairs)),
            _figure("escalations found", (yes for question, yes in escalated if _urgent(question))),
            _figure("others not escalated", (not yes for question, yes in escalated if not _urgent(question))),
            _figure("look-alikes left alone", (not yes for question, yes in escalated if question.lookalike)),
        ]

    def confusion(self) -> dict[tuple[AnswerKind, AnswerKind], int]:
        """How often each kind (first) was taken for each (second)."""
        return Counter((question.kind, reply.kind) for question, reply in self.pairs)

    def by_style(self) -> list[Figure]:
        """Kinds right, by the style of the message."""
        return self._by(lambda question: question.style)

    def by_route(self) -> list[Figure]:
        """Kinds right, by the route that a message should take; "answer" for what the pages answer."""
        return self._by(lambda question: question.route or str(question.kind))

    def routes_confused(self) -> list[tuple[str, str, int]]:
        """Which route was taken for which other, the most frequent first."""
        wrong = Counter((q.route or str(q.kind), reply.route) for q, reply in self.pairs if not right_kind(q, reply))
        return [(right, taken, count) for (right, taken), count in wrong.most_common()]

    def failures(self) -> list[tuple[Question, Reply]]:
        """The questions that got the wrong kind of reply."""
        return [(question, reply) for question, reply in self.pairs if not right_kind(question, reply)]

    def trade(self) -> list[tuple[float, float]]:
        """For every threshold on the probability of an answer: of the questions that pages answer, the share that
        is answered; of all others, the share that is answered by mistake."""
        answerable = np.array([bool(question.pages) for question in self.questions])
        probable = np.array([reply.answerable for reply in self.replies])
        thresholds = np.unique(np.round(probable, 3))
        return [
            (float((probable[answerable] >= each).mean()), float((probable[~answerable] >= each).mean()))
            for each in thresholds
        ]

    @property
    def pairs(self) -> list[tuple[Question, "Reply"]]:
        """Each question with its reply."""
        return list(zip(self.questions, self.replies, strict=True))

    def _by(self, group: Callable[[Question], str]) -> list[Figure]:
        groups = sorted({group(question) for question in self.questions})
        return [
            _figure(each, (right_kind(question, reply) for question, reply in self.pairs if group(question) == each))
            for each in groups
        ]


def right_kind(question: Question, reply: Reply) -> bool:
    """Whether the reply is of the kind that the question calls for."""
    return reply.kind == question.kind


def decide(coach: Coach, questions: Sequence[Question]) -> Decisions:
    """What the coach does with each question as a first message."""
    replies = []
    for question in questions:
        answer = coach.reply(question.text)[0]
        probable = coach.router.kinds(question.text, coach.encoder.encode([question.text])[0])
        route = str(answer.kind) if answer.kind == AnswerKind.ANSWER else answer.asked.partition("#")[0]
        replies.append(Reply(answer.kind, route, probable[AnswerKind.ANSWER], bool(answer.contacts)))
    return Decisions(questions, replies)


def never_found(search: Search, questions: Sequence[Question], passages: Sequence[str], *, first: int) -> list[str]:
    """The passages that are among the `first` of no question: what nobody asks for, or what can't be found."""
    met = {passage for question in questions for passage in search(question.text)[:first]}
    return [passage for passage in passages if passage not in met]


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


def follow_ups_resolved(coach: Coach, path: Path, *, split: str) -> list[Figure]:
    """How often the turns of whole dialogues get the right kind, and follow-ups the right page.

    A wrong page early on spoils what follows it, so the last figure counts only follow-ups to a right one.
    """
    kinds, pages, after_right = [], [], []
    for dialogue in (json.loads(line) for line in path.read_text("utf-8").splitlines()):
        if dialogue["split"] != split:
            continue
        turns: tuple[Turn, ...] = ()
        went_well = True
        for turn in dialogue["turns"]:
            answer, turns = coach.reply(turn["text"], turns)
            kinds.append(answer.kind == turn["kind"])
            if turn["kind"] != AnswerKind.ANSWER:
                continue
            right = bool(answer.topics) and answer.topics[0] in {turn["page"], *turn.get("also", [])}
            if turn.get("follow_up") not in (None, "new"):
                pages.append(right)
                after_right += [right] if went_well else []
            went_well = right
    return [
        _figure("turns of the right kind", kinds),
        _figure("follow-ups on the right page", pages),
        _figure("of these, those after a right page", after_right),
    ]


def _figure(name: str, cases: Iterable[bool]) -> Figure:
    return Figure(name, np.array(list(cases), dtype=float))


def _urgent(question: Question) -> bool:
    return question.kind == AnswerKind.ESCALATE
