"""Citations lead to noted facts, and every source is cited."""

from collections.abc import Iterator
from pathlib import Path

from coach.content.contents import Contents
from coach.content.located import Place
from coach.content.markdown import EDITORS
from coach.content.rules.hints import did_you_mean
from coach.content.strays import CONTACTS
from coach.errors import Fault
from coach.types import Citation, Source


def sources_by_name(contents: Contents) -> Iterator[Fault]:
    """A source's id is its file's name."""
    for name, source, located in contents.sources:
        if source.id != Path(name).stem:
            mend = f"the file is named '{Path(name).stem}'; make them equal"
            yield Fault(name, *located.place(("id",)), f"source id '{source.id}', but {mend}")


def unknown(contents: Contents) -> Iterator[Fault]:
    """A citation names a source and one of its facts; nothing is said of a source that could not be read."""
    known = {source.id: source for _, source, _ in contents.sources}
    for name, place, citation in _cited(contents):
        message = _message(citation, known)
        if message and citation.source not in contents.unread:
            yield Fault(name, *place, message)


def uncited(contents: Contents) -> Iterator[Fault]:
    """A source that is not cited claims an authority that it does not lend; pages with faults may cite it yet."""
    cited = {citation.source for _, _, citation in _cited(contents)} | {EDITORS}
    for name, source, located in contents.sources if not contents.faults else ():
        if source.id not in cited:
            yield Fault(name, *located.place(("id",)), f"no page and no contact cites '{source.id}'; cite or remove it")


def _cited(contents: Contents) -> Iterator[tuple[str, Place, Citation]]:
    for name, _, statement, place in contents.statements():
        yield from ((name, place, citation) for citation in statement.citations)
    for contact, place in contents.contacts:
        yield from ((contents.file(CONTACTS), place, citation) for citation in contact.citations)


def _message(citation: Citation, known: dict[str, Source]) -> str:
    source = known.get(citation.source)
    if not source:
        return f"unknown source '{citation.source}'{did_you_mean(citation.source, known)}"
    if citation.source != EDITORS and citation.fact not in source.facts:
        return f"source '{source.id}' has no fact '{citation.fact}'; it has {', '.join(source.facts) or 'none'}"
    return ""
