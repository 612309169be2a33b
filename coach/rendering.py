"""An Answer as numbered citations, plain text, or the JSON of the API."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader

from coach.settings import TEMPLATES
from coach.types import Answer, Citation, Source, Statement


@dataclass(frozen=True)
class Reference:
    """One source as it stands under a reply: its number, and which of its facts were used."""

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


class References:
    """The numbered sources of one reply, in the order in which they are met."""

    def __init__(self, answer: Answer):
        self._numbers = {source: n for n, source in enumerate(answer.sources, start=1)}
        self.all = tuple(
            Reference(n, answer.sources[source], _facts(answer.citations, source))
            for source, n in self._numbers.items()
        )

    def numbers(self, cited: tuple[Citation, ...]) -> list[int]:
        """The numbers that stand behind a statement, ascending, each once."""
        return sorted({self._numbers[citation.source] for citation in cited})

    def published(self, cited: tuple[Citation, ...]) -> list[int]:
        """The same without the editors' own suggestions, which point to no fact."""
        return self.numbers(tuple(citation for citation in cited if citation.fact))


def _facts(citations: tuple[Citation, ...], source: str) -> tuple[str, ...]:
    return tuple(citation.fact for citation in citations if citation.source == source and citation.fact)


@cache
def _environment() -> Environment:
    # Plain text is no place for HTML escapes; the web room has an environment of its own, which escapes.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True, autoescape=False, auto_reload=False
    )
    environment.filters["statement_items"] = items
    return environment


def to_text(answer: Answer) -> str:
    """The whole reply as plain text, with [1] marks and the sources at the end."""
    template = _environment().get_template("answer/answer.txt")
    return template.render(answer=answer, references=References(answer)).strip() + "\n"


def to_json(answer: Answer, *, state: str, version: str) -> dict:
    """The reply by the contract of the JSON API."""
    references = References(answer)

    def statement(each: Statement) -> dict:
        return {"text": each.text, "citations": references.numbers(each.citations)}

    return {
        "kind": answer.kind,
        "intent": answer.intent,
        "topics": list(answer.topics),
        "roles": list(answer.roles),
        "blocks": [
            {
                "kind": block.kind,
                "heading": block.heading,
                "passage": block.passage,
                "statements": [statement(each) for each in block.statements],
            }
            for block in answer.blocks
        ],
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
        "suggestions": [{"label": each.label, "message": each.message} for each in answer.suggestions],
        "text": to_text(answer),
        "state": state,
        "index": version,
    }


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
