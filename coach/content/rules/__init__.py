"""What is looked for in the words, one file a subject.

A rule takes the Contents and yields a Fault for each place where it is broken. A rule in ERRORS stops a
publish; what a rule in REMARKS yields is shown to the writer under the rule's name, and stops nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import astuple

from coach.content.contents import Contents
from coach.content.rules import (
    citations,
    contacts,
    golden,
    links,
    pages,
    questions,
    readability,
    reviews,
    tools,
    wording,
)
from coach.errors import Fault, Remark

Rule = Callable[[Contents], Iterator[Fault]]

ERRORS: tuple[Rule, ...] = (
    pages.names,
    pages.sections,
    pages.replies,
    pages.asking_first,
    links.pages,
    links.starters,
    links.excerpts,
    citations.sources_by_name,
    citations.unknown,
    citations.uncited,
    questions.sections,
    questions.repeated,
    wording.claims,
    wording.moves,
    wording.spoken,
    wording.repeated,
    contacts.repeated,
    contacts.expired_crisis_lines,
    contacts.missing,
    tools.passages,
    tools.deciding,
    tools.first_steps,
    golden.unknown,
    golden.taught,
)
REMARKS: dict[str, Rule] = {
    "long sentence": readability.long_sentences,
    "long sentences throughout a page": readability.long_page,
    "hard to read": readability.hard_section,
    "nobody is spoken to": readability.no_reader,
    "not three strengths": pages.strengths,
    "few questions": questions.few,
    "no page leads here": links.lonely,
    "review is due": reviews.due,
    "contact is past its date": reviews.contacts,
}


def faults(contents: Contents) -> list[Fault]:
    """Everything that stops a publish."""
    return [*contents.faults, *(fault for rule in ERRORS for fault in rule(contents))]


def remarks(contents: Contents) -> list[Remark]:
    """Everything that a writer should look at, rule by rule."""
    return [Remark(*astuple(fault), rule) for rule, find in REMARKS.items() for fault in sorted(find(contents))]
