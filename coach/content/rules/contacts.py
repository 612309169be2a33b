"""The people and numbers that the coach points to: each once, in date where lives hang on it, and all there."""

from collections import Counter
from collections.abc import Iterator

from coach.choices import ContactKind
from coach.content.contents import Contents
from coach.content.strays import CONTACTS
from coach.errors import Fault

NO_CONTACT = f"{CONTACTS} has no contact of the kind '{{}}'; add one there or remove the kind here"


def repeated(contents: Contents) -> Iterator[Fault]:
    """An id is used once."""
    counts = Counter(contact.id for contact, _ in contents.contacts)
    for contact, place in contents.contacts:
        if counts[contact.id] > 1:
            yield Fault(contents.file(CONTACTS), *place, f"contact id '{contact.id}' is used twice; rename one")


def expired_crisis_lines(contents: Contents) -> Iterator[Fault]:
    """A dead number on a crisis page is worse than none: it stops a publish, others only age."""
    for contact, place in contents.contacts:
        if contact.kind == ContactKind.CRISIS_LINE and contact.expires < contents.today:
            mend = "check the number with its owner, then set `reviewed` and `expires`"
            message = f"crisis line '{contact.id}' expired on {contact.expires}; {mend}"
            yield Fault(contents.file(CONTACTS), *place, message)


def missing(contents: Contents) -> Iterator[Fault]:
    """Whoever a boundary or a tool sends people to is in the list."""
    kinds = {contact.kind for contact, _ in contents.contacts}
    for file in contents.pages if kinds else ():
        for position, kind in enumerate(file.page.boundary.contacts if file.page.boundary else ()):
            if kind not in kinds:
                yield file.fault(NO_CONTACT.format(kind), "contacts", position)
    outcomes = contents.next_step.words.outcomes if kinds and contents.next_step else {}
    for outcome_id, outcome in outcomes.items():
        for position, kind in enumerate(outcome.contacts):
            if kind not in kinds:
                yield contents.next_step.fault(NO_CONTACT.format(kind), "outcomes", outcome_id, "contacts", position)
