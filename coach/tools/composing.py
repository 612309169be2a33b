"""What the tools say as an Answer, so that pages and API show it like any other."""

from collections.abc import Iterable

from coach.choices import AnswerKind, Intent, PassageKind
from coach.types import Answer, Block, Knowledge, Statement, Suggestion


def answer(knowledge: Knowledge, intent: Intent, asked: str, blocks: Iterable[Block], **parts) -> Answer:
    """An answer with the sources of all that it says."""
    return Answer(AnswerKind.ANSWER, intent, asked, blocks=tuple(blocks), **parts).with_sources(knowledge.sources)


def block(heading: str, passage: str, statements: Iterable[Statement]) -> Block:
    """Statements under a heading."""
    return Block(PassageKind.HOW_TO, heading, passage, tuple(statements))


def suggestions(knowledge: Knowledge, passages: Iterable[str]) -> tuple[Suggestion, ...]:
    """Buttons that ask for these passages: the first question of each finds it."""
    found = filter(None, map(knowledge.passage, dict.fromkeys(passages)))
    return tuple(Suggestion(passage.heading, passage.questions[0]) for passage in found)
