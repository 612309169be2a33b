"""What the knowledge base holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile

from coach.choices import AnswerKind, ContactKind, Evidence, FollowUp, Intent, Level, PassageKind, Role
from coach.types.statements import Citation, Statement
from coach.types.tools import NextStep, RoleFinder


@dataclass(frozen=True)
class Source:
    """One published work, with CSL's fields in plain text and the noted facts by their ids.

    `rechecks` are the days by which facts that age must be read again.
    """

    id: str
    type: str
    title: str
    author: str
    publisher: str
    issued: str
    url: str
    evidence: Evidence
    authority: str
    facts: dict[str, str]
    rechecks: dict[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Passage:
    """One section of a page: the unit that is found, shown and cited."""

    id: str
    heading: str
    kind: PassageKind
    statements: tuple[Statement, ...]
    questions: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The id of the page it stands on."""
        return self.id.partition("#")[0]

    @property
    def anchor(self) -> str:
        """Its own id within the page."""
        return self.id.partition("#")[2]

    @property
    def body(self) -> str:
        """All its statements as one text."""
        return " ".join(statement.text for statement in self.statements)

    def step(self, label: str) -> tuple[Statement, ...]:
        """The first list item whose label begins with `label`, whole; empty if there is none."""
        for start, statement in enumerate(self.statements):
            if statement.in_list and statement.label.startswith(label):
                rest = takewhile(lambda each: each.continues, self.statements[start + 1 :])
                return (statement, *rest)
        return ()


@dataclass(frozen=True)
class Boundary:
    """What a page in `boundaries/` adds: a route, the kind of its reply, and labelled messages."""

    route: str
    reply: AnswerKind
    contacts: tuple[ContactKind, ...]
    examples: tuple[str, ...]
    lookalikes: dict[str, tuple[str, ...]]
    urgency: int = 0


@dataclass(frozen=True)
class Page:
    """One Markdown file: its fields and its passages; `boundary` only for the pages in `boundaries/`."""

    id: str
    title: str
    group: str
    roles: tuple[Role, ...]
    level: Level
    summary: str
    related: tuple[str, ...]
    reviewed: date
    passages: tuple[Passage, ...]
    intent: Intent | None = None
    boundary: Boundary | None = None
    acts_for_another: bool = False

    def of_kind(self, kind: PassageKind) -> Passage | None:
        """The page's first passage of that kind."""
        return next((passage for passage in self.passages if passage.kind == kind), None)


@dataclass(frozen=True)
class Contact:
    """People or a number to turn to; `country` is an ISO 3166 code, empty for the organisation's own."""

    id: str
    kind: ContactKind
    name: str
    says: str
    owner: str
    reviewed: date
    expires: date
    country: str = ""
    phone: str = ""
    url: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Excerpt:
    """Some statements of a passage, by their labels, to stand under a heading of their own."""

    heading: str
    passage: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class SmallWords:
    """The coach's own connecting lines, from `small-words.yaml`; `places` labels the power a reader has."""

    suggestions: dict[Intent, str]
    page_question: str
    starters: tuple[str, ...]
    next_step: str
    ask_first: Excerpt
    doors: Excerpt
    places: dict[FollowUp, str]


@dataclass(frozen=True)
class FollowUps:
    """Messages that go on from an answer, under what they ask for, and some that open a new subject instead."""

    wishes: dict[FollowUp, tuple[str, ...]]
    new_subject: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All messages that go on from an answer."""
        return tuple(text for texts in self.wishes.values() for text in texts)


@dataclass(frozen=True)
class Knowledge:
    """Everything that the coach may say, as checked and published in one piece."""

    pages: dict[str, Page]
    sources: dict[str, Source]
    contacts: tuple[Contact, ...]
    follow_ups: FollowUps
    small_words: SmallWords
    role_finder: RoleFinder
    next_step: NextStep

    def contacts_of(self, kinds: Iterable[ContactKind]) -> tuple[Contact, ...]:
        """The contacts of these kinds, kind by kind."""
        return tuple(contact for kind in kinds for contact in self.contacts if contact.kind == kind)

    def passage(self, passage_id: str) -> Passage | None:
        """The passage of that id, or None when this version of the words has none."""
        page = self.pages.get(passage_id.partition("#")[0])
        passages = page.passages if page else ()
        return next((passage for passage in passages if passage.id == passage_id), None)
