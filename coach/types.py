"""The nouns of the house: frozen dataclasses."""

from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile

from coach.choices import AnswerKind, ContactKind, Evidence, Intent, Level, PassageKind, Role
from coach.statements import Citation, Statement
from coach.tool_words import NextStep, RoleFinder


@dataclass(frozen=True)
class Source:
    """One published work, with CSL's fields in plain text and the noted facts by their ids."""

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
class SmallWords:
    """The coach's own connecting lines, from `small-words.yaml`."""

    suggestions: dict[Intent, str]
    page_question: str
    starters: tuple[str, ...]


@dataclass(frozen=True)
class Knowledge:
    """Everything that the coach may say, as checked and published in one piece."""

    pages: dict[str, Page]
    sources: dict[str, Source]
    contacts: tuple[Contact, ...]
    follow_ups: dict[Intent, tuple[str, ...]]
    small_words: SmallWords
    role_finder: RoleFinder
    next_step: NextStep

    def passage(self, passage_id: str) -> Passage | None:
        """The passage of that id, or None when this version of the words has none."""
        page = self.pages.get(passage_id.partition("#")[0])
        passages = page.passages if page else ()
        return next((passage for passage in passages if passage.id == passage_id), None)


@dataclass(frozen=True)
class Hit:
    """A passage that was found: `score` is a cosine (higher is nearer), `matched` the text that won."""

    passage: str
    score: float
    matched: str


@dataclass(frozen=True)
class Decision:
    """The route a message takes; `probability` is that of all routes of the same kind together."""

    route: str
    kind: AnswerKind
    probability: float
    offer_people: bool


@dataclass(frozen=True)
class Turn:
    """One past exchange, small: what kind of reply it got, which passage was asked for, which were shown.

    It holds none of the words that were typed: it travels in the client's token.
    """

    kind: AnswerKind
    asked: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A run of statements under a heading; `passage` says where in the knowledge base they stand."""

    kind: PassageKind
    heading: str
    passage: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Suggestion:
    """Something to ask next: what the button reads, and the message that it sends."""

    label: str
    message: str


@dataclass(frozen=True)
class Answer:
    """A whole reply, before any template has seen it; `asked` is the passage at its heart."""

    kind: AnswerKind
    intent: Intent
    asked: str
    topics: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    blocks: tuple[Block, ...] = ()
    contacts: tuple[Contact, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    sources: dict[str, Source] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation in the reply, once each, in the order in which a reader meets them."""
        statements = [statement.citations for block in self.blocks for statement in block.statements]
        statements += [contact.citations for contact in self.contacts]
        return tuple(dict.fromkeys(citation for citations in statements for citation in citations))
