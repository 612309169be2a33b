"""The knowledge base that is shipped: without faults, and every statement with a source behind it."""

from pathlib import Path

import pytest

from coach.choices import AnswerKind
from coach.dialogue.compose import Composer
from coach.rendering import to_text

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"


@pytest.fixture(scope="module")
def statements(shipped):
    """Every (passage's id, statement)."""
    passages = [passage for page in shipped.pages.values() for passage in page.passages]
    return [(passage.id, statement) for passage in passages for statement in passage.statements]


def unresolved(knowledge, citations):
    """Those that are neither the editors' own nor a noted fact."""
    return [
        citation
        for citation in citations
        if citation.source != "coach" and citation.fact not in knowledge.sources[citation.source].facts
    ]


def test_every_page_is_read(shipped):
    assert set(shipped.pages) == {path.stem for path in KNOWLEDGE.glob("*/*.md")}


def test_no_page_lies_where_it_is_not_read():
    pages = set(KNOWLEDGE.rglob("*.md")) - {KNOWLEDGE / "README.md"}
    assert pages == set(KNOWLEDGE.glob("*/*.md"))


def test_every_source_is_read(shipped):
    files = {path.stem for path in (KNOWLEDGE / "sources").iterdir()}
    assert set(shipped.sources) == files


def test_every_statement_has_a_citation(statements):
    assert [where for where, statement in statements if not statement.citations] == []


def test_every_citation_leads_to_a_noted_fact(shipped, statements):
    assert {where: bad for where, statement in statements if (bad := unresolved(shipped, statement.citations))} == {}


def test_every_citation_of_a_contact_leads_to_a_noted_fact(shipped):
    assert {one.id: bad for one in shipped.contacts if (bad := unresolved(shipped, one.citations))} == {}


def test_every_contact_has_a_citation(shipped):
    assert [contact.id for contact in shipped.contacts if not contact.citations] == []


@pytest.mark.parametrize("kind", ["clarify", "escalate", "decline", "smalltalk"])
def test_a_page_replies_with_each_kind(shipped, kind):
    assert any(page.boundary and page.boundary.reply == AnswerKind(kind) for page in shipped.pages.values())


def test_an_escalation_always_has_people_to_turn_to(shipped):
    kinds = {contact.kind for contact in shipped.contacts}
    escalations = [page for page in shipped.pages.values() if page.boundary and page.boundary.reply == "escalate"]
    assert [page.id for page in escalations if not kinds & set(page.boundary.contacts)] == []


def test_every_passage_can_be_the_heart_of_an_answer(shipped):
    composer = Composer(shipped)
    for page in shipped.pages.values():
        for passage in page.passages:
            answer = composer.boundary(page) if page.boundary else composer.answer(passage, [])
            assert answer.asked in {each.id for each in page.passages}
            assert answer.blocks
            assert {citation.source for citation in answer.all_citations} == set(answer.sources)
            assert to_text(answer)
