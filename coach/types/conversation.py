"""What is found, decided and answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from coach.choices import AnswerKind, Evidence, Intent, PassageKind, Role
from coach.types.knowledge import Contact, Source
from coach.types.statements import Citation, Statement


@dataclass(frozen=True)
class Hit:
    """A passage that was found: `score` is a cosine (higher is nearer), `matched` the text that won.

    `rank` is what hits are put in order by, the logarithm of a probability up to a constant.
    """

    passage: str
    score: float
    matched: str
    rank: float = 0.0


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

    `near` are the passages that were offered beside it, `matched` is the place of the question that the message
    was nearest to among those of `asked`, -1 for none. It holds no words: it travels in the client's token.
    """

    kind: AnswerKind
    asked: str
    shown: tuple[str, ...]
    near: tuple[str, ...] = ()
    matched: int = -1


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
class Why:
    """Why this answer: where it stands, on what it rests, and which question of its own the message was nearest to.

    `matched` is that question's place in the passage, -1 for none; `question` its words.
    """

    matched: int
    question: str
    page: str
    heading: str
    reviewed: date
    evidence: dict[Evidence, int]


@dataclass(frozen=True)
class Answer:
    """A whole reply, before any template has seen it; `asked` is the passage at its heart.

    `blocks` are shown at once, `more` on demand. `near` are the passages that may have been meant instead,
    `alternatives` the same as buttons; `unsure` says that the first of them was nearly as good. `explains`
    is set when `why` is what the reader asked for.
    """

    kind: AnswerKind
    intent: Intent
    asked: str
    topics: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    blocks: tuple[Block, ...] = ()
    contacts: tuple[Contact, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    sources: dict[str, Source] = field(default_factory=dict)
    more: tuple[Block, ...] = ()
    near: tuple[str, ...] = ()
    alternatives: tuple[Suggestion, ...] = ()
    unsure: bool = False
    why: Why | None = None
    explains: bool = False

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation in what is shown at once, in the order in which a reader meets them."""
        statements = [statement.citations for block in self.blocks for statement in block.statements]
        statements += [contact.citations for contact in self.contacts]
        return tuple(dict.fromkeys(citation for citations in statements for citation in citations))

    @property
    def all_citations(self) -> tuple[Citation, ...]:
        """The same, and then those of what is shown on demand."""
        more = (citation for block in self.more for each in block.statements for citation in each.citations)
        return tuple(dict.fromkeys((*self.citations, *more)))

    def with_sources(self, sources: Mapping[str, Source]) -> "Answer":
        """The same with those of the `sources` that it cites."""
        cited = dict.fromkeys(citation.source for citation in self.all_citations)
        return replace(self, sources={source: sources[source] for source in cited})
