"""What somebody should look at again because time has passed."""

from collections.abc import Iterator
from datetime import timedelta

from coach.choices import ContactKind
from coach.content.contents import Contents
from coach.content.strays import CONTACTS
from coach.errors import Fault

LONGEST_UNREVIEWED = timedelta(days=365)


def due(contents: Contents) -> Iterator[Fault]:
    """A page is read again at least once a year."""
    for file in contents.pages:
        if contents.today - file.page.reviewed > LONGEST_UNREVIEWED:
            message = f"last reviewed on {file.page.reviewed}; read it beside its sources, then set today's date"
            yield file.fault(message, "reviewed")


def contacts(contents: Contents) -> Iterator[Fault]:
    """A contact past its date may have moved; an expired crisis line is an error, told elsewhere."""
    for contact, place in contents.contacts:
        if contact.kind != ContactKind.CRISIS_LINE and contact.expires < contents.today:
            message = f"contact '{contact.id}' expired on {contact.expires}; ask {contact.owner}, then set its dates"
            yield Fault(contents.file(CONTACTS), *place, message)
