"""The files of `knowledge/` to nouns, one file at a time; faults are collected, never raised one by one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from coach.content import models
from coach.content.contents import Contents, GoldenQuestion, PageFile
from coach.content.located import Located, Place, read_text, read_yaml
from coach.content.markdown import read_markdown
from coach.content.strays import (
    CONTACTS,
    FOLLOW_UPS,
    GOLDEN,
    NEXT_STEP,
    ROLE_FINDER,
    SMALL_WORDS,
    SOURCES,
    stray_files,
)
from coach.content.tools import read_next_step, read_role_finder
from coach.errors import ContentFaults, Fault
from coach.types import Boundary, Citation, Contact, Excerpt, FollowUps, Page, Passage, SmallWords, Source

T = TypeVar("T")
# In bytes; a page is some 20,000.
LARGEST_FILE = 1_000_000


def read_contents(folder: Path, *, today: date) -> Contents:
    """Everything below `folder`; `today` is what dates are compared with."""
    reading = _Reading(folder)
    return Contents(
        folder.name,
        reading.each(sorted(path for path in folder.glob("*/*.md") if path.parent.name in models.GROUPS), _page),
        reading.each(sorted((folder / SOURCES).glob("*.yaml")), _source),
        reading.one(CONTACTS, _contacts) or [],
        reading.one(FOLLOW_UPS, _follow_ups) or (FollowUps({}), None),
        reading.one(SMALL_WORDS, _small_words) or (None, None),
        reading.one(ROLE_FINDER, read_role_finder),
        reading.one(NEXT_STEP, read_next_step),
        reading.one(GOLDEN, _golden, required=False) or (),
        (*reading.faults, *stray_files(folder)),
        today,
    )


@dataclass
class _Reading:
    """Reads files below one folder and keeps every fault it meets."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)

    def one(self, name: str, read: Callable[[str, str], T], *, required: bool = True) -> T | None:
        path = self.folder / name
        if path.is_file():
            return next(iter(self.each([path], read)), None)
        if not required:
            return None
        place = f"{self.folder.name}/{name}"
        self.faults.append(Fault(place, 1, 1, "the file is missing; restore it from the repository's history"))
        return None

    def each(self, paths: list[Path], read: Callable[[str, str], T]) -> list[T]:
        found = []
        for path in paths:
            name = path.relative_to(self.folder.parent).as_posix()
            # Editors leave links and files of their own beside what is being edited.
            if path.name.startswith("."):
                continue
            try:
                if path.stat().st_size > LARGEST_FILE:
                    raise ContentFaults([Fault(name, 1, 1, "larger than 1 MB, which no page needs; divide it")])
                found.append(read(read_text(path.read_bytes(), name=name), name))
            except ContentFaults as error:
                self.faults.extend(error.faults)
            except OSError as error:
                self.faults.append(Fault(name, 1, 1, f"cannot be read ({error.strerror}); mend its permissions"))
        return found


def _page(text: str, name: str) -> PageFile:
    document = read_markdown(text, name=name)
    if document.front_matter is None:
        mend = "open the file with a line `---`, the fields, and another line `---`"
        raise ContentFaults([Fault(name, 1, 1, f"no front matter; {mend}"), *document.faults])
    try:
        located = read_yaml(document.front_matter, name=name, first_line=2)
        model = models.BoundaryFields if Path(name).parent.name == "boundaries" else models.PageFields
        fields = models.fill(model, located, name=name)
    except ContentFaults as error:
        raise ContentFaults([*error.faults, *document.faults]) from None
    if document.faults:
        raise ContentFaults(document.faults)
    questions = getattr(fields, "questions", {})
    page_id = Path(name).stem
    passages = tuple(
        Passage(f"{page_id}#{section.id}", section.heading, section.kind, tuple(section.statements), asked)
        for section in document.sections
        for asked in [tuple(questions.get(section.id, ()))]
    )
    plain = fields.model_dump(include={"title", "group", "level", "summary", "reviewed"})
    page = Page(
        id=page_id,
        roles=tuple(fields.roles),
        related=tuple(fields.related),
        passages=passages,
        intent=getattr(fields, "intent", None),
        acts_for_another=getattr(fields, "acts_for_another", False),
        boundary=_boundary(fields) if isinstance(fields, models.BoundaryFields) else None,
        **plain,
    )
    return PageFile(page, name, document, located, questions)


def _boundary(fields: models.BoundaryFields) -> Boundary:
    return Boundary(
        fields.route,
        fields.reply,
        tuple(fields.contacts),
        tuple(fields.examples),
        {really: tuple(texts) for really, texts in fields.lookalikes.items()},
        fields.urgency,
    )


def _source(text: str, name: str) -> tuple[str, Source, Located]:
    fields, located = models.read(models.SourceFields, text, name=name)
    source = Source(
        author=fields.author_line,
        url=fields.URL,
        facts={fact_id: fact.says for fact_id, fact in fields.facts.items()},
        rechecks={fact_id: fact.recheck for fact_id, fact in fields.facts.items() if fact.recheck},
        **fields.model_dump(include={"id", "type", "title", "publisher", "issued", "evidence", "authority"}),
    )
    return name, source, located


def _contacts(text: str, name: str) -> list[tuple[Contact, Place]]:
    fields, located = models.read(models.ContactsFile, text, name=name)
    return [
        (
            Contact(citations=_contact_citations(contact.source), **contact.model_dump(exclude={"source"})),
            located.place(("contacts", position)),
        )
        for position, contact in enumerate(fields.contacts)
    ]


def _contact_citations(source: str) -> tuple[Citation, ...]:
    parts = (part.strip().partition(", ") for part in source.split(";"))
    return tuple(Citation(source_id.removeprefix("@"), fact) for source_id, _, fact in parts)


def _follow_ups(text: str, name: str) -> tuple[FollowUps, Located]:
    fields, located = models.read(models.FollowUpsFile, text, name=name)
    wishes = {wish: tuple(texts) for wish, texts in fields.follow_ups.items()}
    return FollowUps(wishes, tuple(fields.new_subject)), located


def _small_words(text: str, name: str) -> tuple[SmallWords, Located]:
    fields, located = models.read(models.SmallWordsFile, text, name=name)
    words = SmallWords(
        suggestions=fields.suggestions,
        page_question=fields.page_question,
        starters=tuple(fields.starters),
        next_step=fields.next_step,
        ask_first=_excerpt(fields.ask_first),
        doors=_excerpt(fields.doors),
        places=fields.places,
    )
    return words, located


def _excerpt(fields: models.ExcerptFields) -> Excerpt:
    return Excerpt(fields.heading, fields.passage, tuple(fields.labels))


def _golden(text: str, name: str) -> tuple[GoldenQuestion, ...]:
    fields, located = models.read(models.GoldenFile, text, name=name)
    return tuple(
        GoldenQuestion(each.asks, tuple(each.wants), located.place(("golden_questions", position)))
        for position, each in enumerate(fields.golden_questions)
    )
