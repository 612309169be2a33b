"""Words that may not stand: claims without a source, flattery, speeches, and the same sentence twice."""

import re
from collections.abc import Iterator

from coach.choices import PassageKind
from coach.content.contents import Contents
from coach.content.markdown import EDITORS
from coach.errors import Fault
from coach.types import Citation, Statement

# What the editors' own suggestions may not say: each claims to know something of the world.
CLAIMS = ("research shows", "research says", "research suggests", "research finds", "research tells us")
CLAIMS += ("studies show", "studies say", "studies suggest", "studies find", "a study found", "surveys show")
CLAIMS += ("the evidence shows", "experts say", "experts agree", "scientists", "statistics", "statistically")
CLAIMS += ("most people", "most employees", "most women", "most men", "most managers", "most companies")
CLAIMS += ("the majority of", "on average", "per cent", "percent")
# Only the partner can call the reader an ally, and nobody asked for marks.
MOVES = ("as an ally, you", "you are an ally", "you're an ally", "great question", "good question")
# What can be said in one breath, more or less.
LONGEST_SPOKEN = 30

NUMBER = r"\d+(?:[.,]\d+)*"
CLAIM = re.compile(rf"{NUMBER}|%|\b(?:{'|'.join(CLAIMS)})\b", re.IGNORECASE)
MOVE = re.compile(rf"\b(?:{'|'.join(MOVES)})\b", re.IGNORECASE)
SPOKEN = re.compile('"([^"]*)"|“([^”]*)”')
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


def claims(contents: Contents) -> Iterator[Fault]:
    """The editors' own suggestions claim no fact."""
    for name, _, statement, place in contents.statements():
        found = CLAIM.search(_plain(statement))
        if found and statement.citations == (Citation(EDITORS),):
            message = f"'{found[0]}' claims a fact, and [@coach] has none; cite a source or say it without"
            yield Fault(name, *place, message)


def moves(contents: Contents) -> Iterator[Fault]:
    """Nobody is praised for asking, or told that they are an ally."""
    for name, _, statement, place in contents.statements():
        if found := MOVE.search(_plain(statement)):
            yield Fault(name, *place, f"the coach never says '{found[0]}'; say it another way")


def spoken(contents: Contents) -> Iterator[Fault]:
    """Words to say can be said."""
    for file in contents.pages:
        for section, statement, place in file.statements():
            if section.kind == PassageKind.WHAT_TO_SAY and statement.in_list:
                longest = max((len(WORD.findall("".join(pair))) for pair in SPOKEN.findall(statement.text)), default=0)
                if longest > LONGEST_SPOKEN:
                    message = f"{longest} words to be spoken; shorten the quotation to {LONGEST_SPOKEN} at most"
                    yield Fault(file.name, *place, message)


def repeated(contents: Contents) -> Iterator[Fault]:
    """The same sentence twice reads as a machine's, and one of the two is soon forgotten in an edit."""
    homes: dict[str, str] = {}
    for name, home, statement, place in contents.statements():
        text = _plain(statement).casefold()
        if text in homes:
            yield Fault(name, *place, f"the same statement stands at {homes[text]}; remove or reword one")
        homes.setdefault(text, home)


def _plain(statement: Statement) -> str:
    """Its text with single spaces and typewriter apostrophes."""
    return " ".join(statement.text.replace("’", "'").split())
