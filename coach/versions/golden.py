"""The quality gate: golden questions are asked of a new index before it is published, and compared with the old one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import ndiff

from coach.choices import AnswerKind
from coach.content.contents import GoldenQuestion
from coach.dialogue.coach import Coach
from coach.dialogue.messages import clean, parts
from coach.rendering import to_text

FILE = "golden.json"


@dataclass(frozen=True)
class Reply:
    """What an index replies to a golden question: the kind, the passage at its heart, and all its words."""

    kind: AnswerKind
    asked: str
    text: str

    def is_right(self, question: GoldenQuestion) -> bool:
        """Whether the question wants this passage or its page."""
        return bool({self.asked, self.asked.partition("#")[0]} & set(question.wants))


Replies = Mapping[str, Reply]


@dataclass(frozen=True)
class Moved:
    """A golden question whose reply is another than before."""

    question: GoldenQuestion
    before: Reply
    now: Reply

    @property
    def unheard(self) -> bool:
        """Whether somebody who needs people, and got them, would get none now."""
        heard = self.before.kind == AnswerKind.ESCALATE and self.before.is_right(self.question)
        return heard and self.now.kind != AnswerKind.ESCALATE

    def words(self) -> list[str]:
        """The lines that differ: `- ` before those of old, `+ ` before those of now."""
        lines = ndiff(self.before.text.splitlines(), self.now.text.splitlines())
        return [line for line in lines if line[:2] in ("- ", "+ ") and line[2:].strip()]


@dataclass(frozen=True)
class Trial:
    """How the golden questions fare; `before` is what the index that is served replies, empty when there is none.

    `best` are the replies of the best version since a fall was last accepted: it is they that the gate goes by, so
    that many small falls cannot add up.
    """

    questions: tuple[GoldenQuestion, ...]
    now: Replies
    before: Replies = field(default_factory=dict)
    best: Replies = field(default_factory=dict)
    accepted: str = ""

    @property
    def beside_best(self) -> "Trial":
        """The same, compared with the best version instead of the one that is served."""
        return replace(self, before=self.best)

    @property
    def right(self) -> int:
        """How many get what they want."""
        return sum(self.now[question.asks].is_right(question) for question in self.questions)

    @property
    def compared(self) -> list[Moved]:
        """Those that both indexes were asked; what is right is judged by the labels of today."""
        both = (question for question in self.questions if question.asks in self.before)
        return [Moved(question, self.before[question.asks], self.now[question.asks]) for question in both]

    @property
    def lost(self) -> list[Moved]:
        """Right before, wrong now."""
        return [each for each in self.compared if _right(each) == (True, False)]

    @property
    def gained(self) -> list[Moved]:
        """Wrong before, right now."""
        return [each for each in self.compared if _right(each) == (False, True)]

    @property
    def reworded(self) -> list[Moved]:
        """Those that get another passage or other words."""
        return [each for each in self.compared if each.before != each.now]

    @property
    def balance(self) -> int:
        """How many more are gained than lost."""
        return len(self.gained) - len(self.lost)

    def is_a_fall(self, tolerance: float) -> bool:
        """Whether more than that share is lost on balance, or somebody who needs people is no longer heard.

        Both are judged beside the best version.
        """
        judged = self.beside_best
        return -judged.balance > tolerance * len(judged.compared) or any(each.unheard for each in judged.lost)

    def to_file(self) -> bytes:
        """What the next trial needs of this one, and why it was accepted if it was."""
        is_best = self.accepted or self.beside_best.balance >= 0
        # A question that is new since the best version is judged by this one from now on.
        best = self.now if is_best else {asks: self.best.get(asks, reply) for asks, reply in self.now.items()}
        stored = {"accepted": self.accepted, "replies": _stored(self.now), "best": _stored(best)}
        return json.dumps(stored, ensure_ascii=False).encode()


def ask(coach: Coach, questions: Iterable[GoldenQuestion]) -> dict[str, Reply]:
    """The reply to each question as a first message."""
    replies = {}
    for question in questions:
        answer, _ = coach.reply(question.asks)
        replies[question.asks] = Reply(answer.kind, answer.asked, to_text(answer))
    return replies


def replies_of(files: Mapping[str, bytes]) -> dict[str, Reply]:
    """What a published version replied; nothing for one that was asked nothing."""
    return _replies(json.loads(files[FILE])["replies"]) if FILE in files else {}


def best_of(files: Mapping[str, bytes]) -> dict[str, Reply]:
    """What the best version replied that a published one was judged by, which may be itself."""
    stored = json.loads(files[FILE]) if FILE in files else {}
    # The versions of older programs do not say.
    return _replies(stored.get("best") or stored.get("replies", {}))


def accepted_of(files: Mapping[str, bytes]) -> str:
    """Why a published version was accepted although golden questions were lost; empty where none were."""
    return json.loads(files[FILE])["accepted"] if FILE in files else ""


def texts(questions: Sequence[GoldenQuestion]) -> list[str]:
    """All that is encoded when the questions are asked: each whole, and its parts."""
    cleaned = [clean(question.asks) for question in questions]
    return [text for message in cleaned for text in (message, *parts(message))]


def _stored(replies: Replies) -> dict[str, dict[str, str]]:
    return {asks: asdict(reply) for asks, reply in replies.items()}


def _replies(stored: Mapping[str, Mapping[str, str]]) -> dict[str, Reply]:
    return {asks: Reply(AnswerKind(reply["kind"]), reply["asked"], reply["text"]) for asks, reply in stored.items()}


def _right(moved: Moved) -> tuple[bool, bool]:
    return moved.before.is_right(moved.question), moved.now.is_right(moved.question)
