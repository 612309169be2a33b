"""Pages: their names, their groups, and the sections that they must have."""

import re
from collections.abc import Iterator
from pathlib import Path

from coach.choices import AnswerKind, PassageKind
from coach.content.contents import Contents, PageFile
from coach.content.models import PAGE_ID
from coach.errors import Fault

# What a page of each group must hold; elsewhere a definition is enough.
REQUIRED = {
    "distinctions": {PassageKind.COMPARISON},
    "boundaries": {PassageKind.BOUNDARY},
    "roles": {PassageKind.DEFINITION, PassageKind.HOW_TO},
    "situations": {PassageKind.DEFINITION, PassageKind.HOW_TO},
}
REQUIRED_ELSEWHERE = {PassageKind.DEFINITION}
# People in danger must be heard whatever else is edited away.
CRISIS = "crisis"
REPLIES = {AnswerKind.CLARIFY, AnswerKind.ESCALATE, AnswerKind.DECLINE, AnswerKind.SMALLTALK}
# Advice on acting for somebody else asks them within so many statements.
ASKED_WITHIN = 2
# How strongly a thing can be said, so that a reader can choose what their standing allows.
STRENGTHS = ("gentle", "plain", "firm")


def names(contents: Contents) -> Iterator[Fault]:
    """A page's name is its id, said once; its group is its folder, its route its name."""
    seen: dict[str, str] = {}
    for file in contents.pages:
        page = file.page
        if page.id in seen:
            yield file.fault(f"page id '{page.id}' is also the name of {seen[page.id]}; rename one of the files")
        seen[page.id] = file.name
        if not PAGE_ID.fullmatch(page.id):
            yield file.fault(f"the file's name '{page.id}' is the page's id: only lower case and hyphens; rename it")
        if page.group != Path(file.name).parent.name:
            yield file.fault(f"group '{page.group}', but the file lies in '{Path(file.name).parent.name}'", "group")
        if page.boundary and page.boundary.route != page.id:
            yield file.fault(f"route '{page.boundary.route}' must be the file's name, '{page.id}'", "route")


def sections(contents: Contents) -> Iterator[Fault]:
    """A page has the sections that its group calls for, and none is empty."""
    for file in contents.pages:
        present = {passage.kind for passage in file.page.passages}
        for kind in sorted(REQUIRED.get(file.page.group, REQUIRED_ELSEWHERE) - present):
            yield file.fault(f"missing section '{kind}'; add `## Heading {{#{kind}}}` with what it should say")
        for section in file.document.sections:
            if not section.statements:
                yield Fault(file.name, *section.place, f"section '{section.id}' is empty; write it or remove it")


def replies(contents: Contents) -> Iterator[Fault]:
    """There is a page for each kind of reply, one of them for people in danger, and escalations lead to somebody."""
    boundaries = [file for file in contents.pages if file.page.boundary]
    for file in boundaries:
        if file.page.boundary.reply == AnswerKind.ESCALATE and not file.page.boundary.contacts:
            yield file.fault("an escalation must point to people; name kinds of contact", "contacts")
    if contents.unread:
        return
    for reply in sorted(REPLIES - {file.page.boundary.reply for file in boundaries}):
        message = f"no page replies with '{reply}'; the coach needs at least one"
        yield Fault(contents.file("boundaries"), 1, 1, message)
    if not any(file.page.id == CRISIS for file in boundaries):
        yield Fault(
            contents.file("boundaries"), 1, 1, f"there is no page '{CRISIS}.md'; nobody in danger would be heard"
        )


def asking_first(contents: Contents) -> Iterator[Fault]:
    """Advice on acting for somebody else opens with asking them."""
    for file in contents.pages:
        how_to = file.page.of_kind(PassageKind.HOW_TO)
        opening = " ".join(each.text for each in how_to.statements[:ASKED_WITHIN]) if how_to else ""
        if file.page.acts_for_another and not re.search(r"\bask", opening, re.IGNORECASE):
            message = (
                "the page acts for somebody else, but its how-to doesn't open with asking them; add that item first"
            )
            yield file.fault(message, "acts_for_another")


def strengths(contents: Contents) -> Iterator[Fault]:
    """The words to say come gentle, plain and firm."""
    for file in contents.pages:
        for section in file.document.sections:
            if section.kind == PassageKind.WHAT_TO_SAY and (missing := _missing_strengths(file, section.id)):
                mend = "give the words in three strengths, each with its label, as in `**Firm:**`"
                message = f"'{section.id}' has nothing {' or '.join(missing)}; {mend}"
                yield Fault(file.name, *section.place, message)


def _missing_strengths(file: PageFile, section_id: str) -> list[str]:
    """A label may say more than the strength: "Firm, to the group:"."""
    labels = " ".join(statement.label for section, statement, _ in file.statements() if section.id == section_id)
    return [strength for strength in STRENGTHS if not re.search(rf"\b{strength}\b", labels, re.IGNORECASE)]
