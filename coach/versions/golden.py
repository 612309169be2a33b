"""The quality gate: golden questions are asked of a new index before it is published, and compared with the old one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
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
    """How the golden questions fare; `before` is empty when no older index was asked them."""

    questions: tuple[GoldenQuestion, ...]
    now: Replies
    before: Replies = field(default_factory=dict)
    accepted: str = ""

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

    def is_a_fall(self, tolerance: float) -> bool:
        """Whether more than that share is lost on balance, or somebody who needs people is no longer heard."""
        fall = len(self.lost) - len(self.gained)
        return fall > tolerance * len(self.compared) or any(each.unheard for each in self.lost)

    def to_file(self) -> bytes:
        """What the next trial needs of this one, and why it was accepted if it was."""
        replies = {asks: asdict(reply) for asks, reply in self.now.items()}
        return json.dumps({"accepted": self.accepted, "replies": replies}, ensure_ascii=False).encode()


def ask(coach: Coach, questions: Iterable[GoldenQuestion]) -> dict[str, Reply]:
    """The reply to each question as a first message."""
    replies = {}
    for question in questions:
        answer, _ = coach.reply(question.asks)
        replies[question.asks] = Reply(answer.kind, answer.asked, to_text(answer))
    return replies


def replies_of(files: Mapping[str, bytes]) -> dict[str, Reply]:
    """What a published version replied; nothing for one that was asked nothing."""
    if FILE not in files:
        return {}
    stored = json.loads(files[FILE])["replies"]
    return {asks: Reply(AnswerKind(reply["kind"]), reply["asked"], reply["text"]) for asks, reply in stored.items()}


def accepted_of(files: Mapping[str, bytes]) -> str:
    """Why a published version was accepted although golden questions were lost; empty where none were."""
    return json.loads(files[FILE])["accepted"] if FILE in files else ""


def texts(questions: Sequence[GoldenQuestion]) -> list[str]:
    """All that is encoded when the questions are asked: each whole, and its parts."""
    cleaned = [clean(question.asks) for question in questions]
    return [text for message in cleaned for text in (message, *parts(message))]


def _right(moved: Moved) -> tuple[bool, bool]:
    return moved.before.is_right(moved.question), moved.now.is_right(moved.question)
