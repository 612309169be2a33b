"""The whole knowledge base: read, checked against its own rules, and given as one noun."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from coach.choices import AnswerKind, ContactKind, PassageKind
from coach.content.located import Located, Place
from coach.content.markdown import EDITORS
from coach.content.reading import PageFile, Reading
from coach.errors import ContentFaults, Fault
from coach.types import Citation, Contact, Knowledge, Source

# What a page of each group must hold; elsewhere a definition is enough.
REQUIRED = {
    "distinctions": {PassageKind.COMPARISON},
    "boundaries": {PassageKind.BOUNDARY},
    "roles": {PassageKind.DEFINITION, PassageKind.HOW_TO},
    "situations": {PassageKind.DEFINITION, PassageKind.HOW_TO},
}
REQUIRED_ELSEWHERE = {PassageKind.DEFINITION}
PAGE_ID = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
REPLIES = {AnswerKind.CLARIFY, AnswerKind.ESCALATE, AnswerKind.DECLINE, AnswerKind.SMALLTALK}


def read_knowledge(folder: Path, *, today: date) -> Knowledge:
    """The knowledge base in `folder`; raises ContentFaults with everything that is wrong in any file."""
    reading = Reading(folder)
    pages, sources, contacts = reading.pages(), reading.sources(), reading.contacts()
    follow_ups, (small_words, starters) = reading.follow_ups(), reading.small_words()
    known = {source.id: source for _, source, _ in sources}
    contacts_name, unread = f"{folder.name}/contacts.yaml", reading.unread()
    faults = [
        *reading.faults,
        *_source_faults(sources),
        *_page_faults(pages, folder.name, unread),
        *_citation_faults(_page_citations(pages), known, unread),
        *_question_faults(pages),
        *_contact_faults(contacts, today, name=contacts_name),
        *_citation_faults(_contact_citations(contacts, contacts_name), known, unread),
        *_starter_faults(starters, pages, unread, name=f"{folder.name}/small-words.yaml"),
    ]
    if faults:
        raise ContentFaults(faults)
    return Knowledge(
        pages={file.page.id: file.page for file in pages},
        sources=known,
        contacts=tuple(contact for contact, _ in contacts),
        follow_ups=follow_ups,
        small_words=small_words,
    )


def _source_faults(sources: list[tuple[str, Source, Located]]) -> Iterator[Fault]:
    for name, source, located in sources:
        if source.id != Path(name).stem:
            mend = f"the file is named '{Path(name).stem}'; make them equal"
            yield Fault(name, *located.place(("id",)), f"source id '{source.id}', but {mend}")


def _page_faults(pages: list[PageFile], folder: str, unread: set[str]) -> Iterator[Fault]:
    """Faults of single pages and of links between them; a link to a page that could not be read is none."""
    names: dict[str, str] = {}
    for file in pages:
        page = file.page
        if page.id in names:
            yield file.fault(f"page id '{page.id}' is also the name of {names[page.id]}; rename one of the files")
        names[page.id] = file.name
        if not PAGE_ID.fullmatch(page.id):
            yield file.fault(f"the file's name '{page.id}' is the page's id: only lower case and hyphens; rename it")
        if page.group != Path(file.name).parent.name:
            yield file.fault(f"group '{page.group}', but the file lies in '{Path(file.name).parent.name}'", "group")
        if page.boundary and page.boundary.route != page.id:
            yield file.fault(f"route '{page.boundary.route}' must be the file's name, '{page.id}'", "route")
        present = {passage.kind for passage in page.passages}
        for kind in sorted(REQUIRED.get(page.group, REQUIRED_ELSEWHERE) - present):
            yield file.fault(f"missing section '{kind}'; add `## Heading {{#{kind}}}` with what it should say")
        for section in file.document.sections:
            if not section.statements:
                yield Fault(file.name, *section.place, f"section '{section.id}' is empty; write it or remove it")
    yield from _link_faults(pages, set(names) | unread)
    replies = {file.page.boundary.reply for file in pages if file.page.boundary}
    for reply in sorted(REPLIES - replies) if not unread else ():
        yield Fault(f"{folder}/boundaries", 1, 1, f"no page replies with '{reply}'; the coach needs at least one")


def _link_faults(pages: list[PageFile], ids: set[str]) -> Iterator[Fault]:
    for file in pages:
        for position, other in enumerate(file.page.related):
            if other not in ids:
                yield file.fault(f"unknown page '{other}'{_did_you_mean(other, ids)}", "related", position)
        for really in file.page.boundary.lookalikes if file.page.boundary else ():
            if really != AnswerKind.ANSWER and really not in ids:
                yield file.fault(f"unknown route '{really}'{_did_you_mean(really, ids)}", "lookalikes", really)


def _page_citations(pages: list[PageFile]) -> Iterator[tuple[str, Place, Citation]]:
    for file in pages:
        for section in file.document.sections:
            for statement, place in zip(section.statements, section.places, strict=True):
                yield from ((file.name, place, citation) for citation in statement.citations)


def _contact_citations(contacts: list[tuple[Contact, Place]], name: str) -> Iterator[tuple[str, Place, Citation]]:
    for contact, place in contacts:
        yield from ((name, place, citation) for citation in contact.citations)


def _citation_faults(
    cited: Iterator[tuple[str, Place, Citation]], known: dict[str, Source], unread: set[str]
) -> Iterator[Fault]:
    for name, place, citation in cited:
        message = _citation_message(citation, known)
        if message and citation.source not in unread:
            yield Fault(name, *place, message)


def _citation_message(citation: Citation, known: dict[str, Source]) -> str:
    source = known.get(citation.source)
    if not source:
        return f"unknown source '{citation.source}'{_did_you_mean(citation.source, known)}"
    if citation.source != EDITORS and citation.fact not in source.facts:
        return f"source '{source.id}' has no fact '{citation.fact}'; it has {', '.join(source.facts) or 'none'}"
    return ""


def _question_faults(pages: list[PageFile]) -> Iterator[Fault]:
    homes: dict[str, list[tuple[PageFile, str, int]]] = defaultdict(list)
    for file in pages:
        sections = {section.id for section in file.document.sections}
        for section_id, texts in file.questions.items():
            if section_id not in sections:
                hint = _did_you_mean(section_id, sections)
                yield file.fault(
                    f"questions for a section '{section_id}' that is not there{hint}", "questions", section_id
                )
            for position, text in enumerate(texts):
                homes[" ".join(text.casefold().split())].append((file, section_id, position))
        if not file.page.boundary:
            for section_id in sorted(sections - set(file.questions)):
                yield file.fault(f"section '{section_id}' has no questions; add some under `questions:`", "questions")
    for places in homes.values():
        first = places[0]
        for file, section_id, position in places[1:]:
            message = f"question also stands at {first[0].page.id}#{first[1]}; keep it where it fits best"
            yield file.fault(message, "questions", section_id, position)


def _contact_faults(contacts: list[tuple[Contact, Place]], today: date, *, name: str) -> Iterator[Fault]:
    counts = Counter(contact.id for contact, _ in contacts)
    for contact, place in contacts:
        if counts[contact.id] > 1:
            yield Fault(name, *place, f"contact id '{contact.id}' is used twice; rename one")
        # A dead number on a crisis page is worse than none: it stops the reindex, others only age.
        if contact.kind == ContactKind.CRISIS_LINE and contact.expires < today:
            mend = "check the number with its owner, then set `reviewed` and `expires`"
            yield Fault(name, *place, f"crisis line '{contact.id}' expired on {contact.expires}; {mend}")


def _starter_faults(
    starters: dict[str, Place], pages: list[PageFile], unread: set[str], *, name: str
) -> Iterator[Fault]:
    ids = {passage.id for file in pages for passage in file.page.passages}
    for starter, place in starters.items():
        if starter not in ids and starter.partition("#")[0] not in unread:
            yield Fault(name, *place, f"unknown passage '{starter}' among the starters{_did_you_mean(starter, ids)}")


def _did_you_mean(word: str, known: set[str] | dict[str, object]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"; did you mean '{near[0]}'?" if near else "; mend the name or add the file"
