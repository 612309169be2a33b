"""The next step: an if-then plan for one moment, what can be chosen for it, and what is said on the day of the check.

If-then plans by Gollwitzer and Sheeran (2006); checking back by Harkin and others (2016). A plan lives in the
conversation's token, and nowhere else.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from coach.choices import Intent, PassageKind, Step
from coach.errors import PlanRefused
from coach.tools.composing import answer, block, suggestions
from coach.types import Answer, Block, Knowledge, Passage, Statement

FIELDS = ("when", "will", "whom", "check_back", "passage")
LONGEST = {"when": 200, "will": 400, "whom": 40}
USUAL_WAIT = timedelta(days=7)
LONGEST_WAIT = timedelta(days=366)
# How long after its check-back date a plan can still be come back to.
GRACE = timedelta(days=30)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_INITIALS = 4
INITIALS_ONLY = "initials are enough, so that the plan names nobody; “{}” would do"
LETTERS = "write the letters that the name begins with, as in “A.B.”"
BRAILLE_BLANK = "\u2800"
BETWEEN_NAMES = re.compile(r"[\s.,'’·-]+")


@dataclass(frozen=True)
class Plan:
    """When that happens, I will do this; `whom` holds initials or nothing, `passage` is where the step came from."""

    when: str
    will: str
    whom: str
    check_back: date
    passage: str = ""

    def is_due(self, today: date) -> bool:
        """Whether the day to look back has come."""
        return today >= self.check_back

    def is_past(self, today: date) -> bool:
        """Whether nobody will come back to it any more."""
        return today > self.check_back + GRACE


@dataclass(frozen=True)
class StepChoice:
    """Something that a page's how-to offers as a next step; `text` is what is put into the plan."""

    label: str
    text: str
    statements: tuple[Statement, ...]


def choices(knowledge: Knowledge, passage_id: str) -> tuple[StepChoice, ...]:
    """The steps of the how-to that belongs to a passage, smallest first; none where its page has no such steps."""
    source = _how_to(knowledge, passage_id)
    steps = [source.step(step) for step in Step] if source else []
    return tuple(
        StepChoice(step[0].label, " ".join(statement.body for statement in step), step) for step in steps if step
    )


def read_plan(fields: Mapping[str, str], *, today: date) -> Plan:
    """The plan that `fields` (when, will, whom, check_back, passage) make; raises PlanRefused, field by field."""
    texts = {name: one_line(fields.get(name, "")) for name in LONGEST}
    problems = {
        name: f"this has {len(text)} characters; {LONGEST[name]} is the most"
        for name, text in texts.items()
        if len(text) > LONGEST[name]
    }
    for name, empty in (("when", "say at which moment you will do it"), ("will", "say what you will do")):
        if not texts[name]:
            problems[name] = empty
    short = initials(texts["whom"])
    if texts["whom"] and not is_initials(texts["whom"]):
        problems["whom"] = INITIALS_ONLY.format(short) if short else LETTERS
    try:
        check_back = read_day(fields.get("check_back", ""), today=today)
    except ValueError as error:
        problems["check_back"] = str(error)
    if problems:
        problems = {name: problems[name] for name in FIELDS if name in problems}
        raise PlanRefused(problems, initials=short if "whom" in problems else "")
    return Plan(texts["when"], texts["will"], short, check_back, one_line(fields.get("passage", "")))


def read_day(text: str, *, today: date) -> date:
    """A day from today on and within a year; raises ValueError with what to write instead."""
    text = text.strip()
    example = (today + USUAL_WAIT).isoformat()
    if not text:
        raise ValueError(f"choose the day to check back, as in {example}")
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        raise ValueError(f"the calendar has no such day; write it as in {example}") from None
    if not day:
        raise ValueError(f"write the day as year, month and day, as in {example}")
    if day < today:
        raise ValueError(f"that day has passed; choose one from today on, as in {example}")
    if day > today + LONGEST_WAIT:
        raise ValueError(f"that is more than a year away; choose a nearer day, as in {example}")
    return day


def initials(name: str) -> str:
    """`A.B.` for "Amara Bello", "A.B.", "a b" and "AB"; empty where there is no letter."""
    letters = "".join(piece if _is_initials(piece) else piece[0] for piece in _pieces(name) if piece[0].isalpha())
    return "".join(f"{letter.upper()}." for letter in letters[:MOST_INITIALS])


def is_initials(text: str) -> bool:
    """Whether `text` is no more than initials; "Jo" and "Amara B." are names."""
    return bool(_pieces(text)) and all(map(_is_initials, _pieces(text)))


def one_line(text: str) -> str:
    """Typed text on one line: no control character can end a line of a calendar, none that is unseen stays."""
    text = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in text)
    seen = "".join(each for each in spaced if not unicodedata.category(each).startswith("C"))
    return " ".join(seen.replace(BRAILLE_BLANK, " ").split())


def opening(knowledge: Knowledge, passage_id: str) -> Answer:
    """What a plan is, and the sources of the steps to choose from."""
    source = knowledge.passage(knowledge.next_step.opens)
    blocks = [Block(source.kind, source.heading, source.id, source.statements[:1])]
    steps = [statement for choice in choices(knowledge, passage_id) for statement in choice.statements]
    blocks += [block("", passage_id, steps)] if steps else []
    return answer(knowledge, Intent.PLAN, source.id, blocks)


def check_back(knowledge: Knowledge, outcome_id: str) -> Answer:
    """What is said to somebody whose step went well, badly, or not yet; KeyError for any other outcome."""
    outcome = knowledge.next_step.outcomes[outcome_id]
    shown = knowledge.passage(outcome.shows)
    blocks = [
        block(outcome.heading, shown.id, outcome.says),
        Block(shown.kind, shown.heading, shown.id, shown.statements),
    ]
    return answer(
        knowledge,
        Intent.PLAN,
        shown.id,
        blocks,
        topics=(shown.page,),
        contacts=knowledge.contacts_of(outcome.contacts),
        suggestions=suggestions(knowledge, outcome.then),
    )


def _how_to(knowledge: Knowledge, passage_id: str) -> Passage | None:
    passage = knowledge.passage(passage_id)
    if not passage or passage.kind == PassageKind.HOW_TO:
        return passage
    return knowledge.pages[passage.page].of_kind(PassageKind.HOW_TO)


def _pieces(name: str) -> list[str]:
    return [piece for piece in BETWEEN_NAMES.split(name) if piece]


def _is_initials(piece: str) -> bool:
    """One letter, or a short run of capitals."""
    return piece.isalpha() and (len(piece) == 1 or (piece.isupper() and len(piece) < MOST_INITIALS))
