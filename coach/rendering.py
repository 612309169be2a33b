"""An Answer as numbered citations, plain text, Markdown, or the JSON of the API."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter

from jinja2 import Environment, FileSystemLoader

from coach.settings import TEMPLATES
from coach.types import Answer, Block, Citation, Source, Statement, Suggestion

# What Markdown might read as a sign of its own.
MARKDOWN_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&]")


@dataclass(frozen=True)
class Reference:
    """One source as it stands in a list of sources: its number, and which of its facts were used."""

    n: int
    source: Source
    facts: tuple[str, ...]


def items(statements: Iterable[Statement]) -> list[list[Statement]]:
    """The statements as the items of a list, or as paragraphs: those that go on in one stand together."""
    grouped: list[list[Statement]] = []
    for statement in statements:
        if statement.continues and grouped:
            grouped[-1].append(statement)
        else:
            grouped.append([statement])
    return grouped


def runs(things: Iterable[object], attribute: str) -> Iterator[tuple[object, list]]:
    """Neighbours with the same value of `attribute`, together, in their order."""
    return ((value, list(group)) for value, group in groupby(things, attrgetter(attribute)))


class References:
    """The numbered sources of one reply or page, in the order in which they are met."""

    def __init__(self, citations: Sequence[Citation], sources: Mapping[str, Source]):
        cited = dict.fromkeys(citation.source for citation in citations)
        self._numbers = {source: n for n, source in enumerate(cited, start=1)}
        self.all = tuple(
            Reference(n, sources[source], _facts(citations, source)) for source, n in self._numbers.items()
        )

    def numbers(self, cited: Sequence[Citation]) -> list[int]:
        """The numbers that stand behind a statement, ascending, each once."""
        return sorted({self._numbers[citation.source] for citation in cited})

    def published(self, cited: Sequence[Citation]) -> list[int]:
        """The same without the editors' own suggestions, which point to no fact."""
        return self.numbers(tuple(citation for citation in cited if citation.fact))

    def marks(self, cited: Sequence[Citation]) -> list[Reference]:
        """What stands behind a statement: each source once, by number, with the facts that this statement uses."""
        return [replace(self.all[n - 1], facts=_facts(cited, self.all[n - 1].source.id)) for n in self.numbers(cited)]


def _facts(citations: Sequence[Citation], source: str) -> tuple[str, ...]:
    return tuple(citation.fact for citation in citations if citation.source == source and citation.fact)


@cache
def _environment() -> Environment:
    # Plain text is no place for HTML escapes; the web room has an environment of its own, which escapes.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True, autoescape=False, auto_reload=False
    )
    environment.filters["statement_items"] = items
    environment.filters["runs"] = runs
    environment.filters["markdown"] = escape_markdown
    return environment


def escape_markdown(text: str) -> str:
    """`text` as Markdown that shows it sign for sign."""
    return MARKDOWN_SIGNS.sub(r"\\\g<0>", text)


def to_text(answer: Answer) -> str:
    """The whole reply as plain text, with [1] marks and the sources at the end."""
    template = _environment().get_template("answer/answer.txt")
    return template.render(answer=answer, references=References(answer.citations, answer.sources)).strip() + "\n"


def to_markdown(exchanges: Sequence[tuple[str, Answer]], *, today: date) -> str:
    """Messages and their replies as one Markdown document, each reply with its own sources."""
    template = _environment().get_template("answer/conversation.md")
    told = [(message, answer, References(answer.citations, answer.sources)) for message, answer in exchanges]
    return template.render(exchanges=told, today=today).strip() + "\n"


def to_json(answer: Answer, *, state: str, version: str) -> dict:
    """The reply by the contract of the JSON API."""
    references = References(answer.all_citations, answer.sources)

    def block(each: Block) -> dict:
        return {
            "kind": each.kind,
            "heading": each.heading,
            "passage": each.passage,
            "statements": [
                {"text": statement.text, "citations": references.numbers(statement.citations)}
                for statement in each.statements
            ],
        }

    return {
        "kind": answer.kind,
        "intent": answer.intent,
        "topics": list(answer.topics),
        "roles": list(answer.roles),
        "blocks": [block(each) for each in answer.blocks],
        "more": [block(each) for each in answer.more],
        "contacts": [
            {
                "kind": contact.kind,
                "name": contact.name,
                "says": contact.says,
                "country": contact.country,
                "phone": contact.phone,
                "url": contact.url,
                "citations": references.numbers(contact.citations),
            }
            for contact in answer.contacts
        ],
        "citations": [
            {"n": each.n, "source": _source(each.source), "facts": list(each.facts)} for each in references.all
        ],
        "suggestions": [_suggestion(each) for each in answer.suggestions],
        "alternatives": [_suggestion(each) for each in answer.alternatives],
        "text": to_text(answer),
        "state": state,
        "index": version,
    }


def _suggestion(suggestion: Suggestion) -> dict:
    return {"label": suggestion.label, "message": suggestion.message}


def _source(source: Source) -> dict:
    return {
        "id": source.id,
        "title": source.title,
        "author": source.author,
        "publisher": source.publisher,
        "issued": source.issued,
        "URL": source.url,
        "evidence": source.evidence,
    }
