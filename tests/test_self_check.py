"""What is seen of the questions once they are encoded: twins, those that find another page, and what is left out."""

import numpy as np
import pytest
from broken_content import CONTACTS, LAST, MENTOR, SPONSOR
from support import TODAY, edit

from coach import check as checking
from coach.check import NOT_ENCODED, NOT_TRIED, check, look_over
from coach.published import load_coach
from coach.search.vector_cache import VectorCache
from coach.self_check import ASTRAY, NEAR, TWINS, _near_pairs, first_hits

FIRST = "what is a mentor"


@pytest.fixture
def ask(settings):
    """Write another question for a section of the page on mentors, before its first."""

    def add(section, question):
        edit(settings.knowledge, MENTOR, f"  {section}:\n", f'  {section}:\n    - "{question}"\n')

    return add


@pytest.fixture
def glance(settings, encoder):
    """What a check sees, in a hurry or not."""
    return lambda quickly=True: look_over(settings, encoder, check(settings, today=TODAY), quickly=quickly)


def told(findings, rule):
    return [str(remark) for remark in findings.remarks if remark.rule == rule]


def test_questions_of_the_small_knowledge_base_find_their_passages(glance, settings):
    findings = glance()
    count = len(check(settings, today=TODAY).questions)
    assert (told(findings, TWINS), told(findings, ASTRAY)) == ([], [])
    note = f"{count} of {count} questions find their own passage first; 0 find another passage of their own page."
    assert findings.notes == (note,)


def test_nearly_the_same_question_on_two_pages(ask, publish):
    # The same words in another order: the fake model gives them one vector.
    ask("example", "how do I someone sponsor")
    message = "nearly the same as 'how do I someone sponsor' at mentor#example; keep one, or make them differ"
    assert told(publish().findings, TWINS) == [f"knowledge/{SPONSOR}:14:7: {message}"]


def test_nearly_the_same_question_for_one_section_is_no_twin(ask, publish):
    ask("definition", "what a mentor is")
    assert told(publish().findings, TWINS) == []


def test_a_question_that_finds_another_page(ask, publish, settings):
    # The signs at the end make other texts of the same words, of which the other page has two.
    edit(
        settings.knowledge,
        SPONSOR,
        '    - "how do I sponsor',
        '    - "how do I sponsor someone,"\n    - "how do I sponsor',
    )
    ask("example", "how do I sponsor someone.")
    message = "finds sponsor#how-to first; make it clearer, or move it there"
    findings = publish().findings
    assert told(findings, ASTRAY) == [f"knowledge/{MENTOR}:16:7: {message}"]
    assert "; 0 find another passage of their own page." in findings.notes[0]


def test_a_question_that_finds_another_passage_of_its_page_is_counted(ask, publish):
    ask("how-to", "first steps for mentors,")
    ask("example", "first steps for mentors.")
    findings = publish().findings
    assert told(findings, ASTRAY) == []
    assert findings.notes[0].startswith("18 of 19 questions find their own passage first; 1 find")


def test_the_first_hit_is_that_of_the_finder(settings, encoder):
    _, coach = load_coach(settings.index_folder, encoder)
    questions = check(settings, today=TODAY).questions
    vectors = VectorCache(settings.var / "vectors.safetensors", encoder.identity).vectors
    found = list(first_hits(questions, coach.finder, vectors))
    texts = [question.text for question in questions]
    alone = zip(texts, vectors(texts), strict=True)
    assert found == [coach.finder.find(text, vector)[0].passage for text, vector in alone]


def test_remarks_of_the_text_come_first(publish, settings):
    edit(settings.knowledge, MENTOR, LAST, f"{'So ' * 40}he learns. [@coach]")
    assert publish().findings.remarks[0].rule == "long sentence"


def test_a_reindex_without_a_change_tells_the_same(ask, publish):
    ask("example", "how do I someone sponsor")
    first, second = publish(), publish()
    assert (first.published, second.published) == (True, False)
    assert first.findings == second.findings


def test_a_check_encodes_nothing(ask, glance, encoder):
    ask("example", "a question that nobody asked before")
    findings = glance()
    assert findings.notes == (NOT_ENCODED,)
    assert encoder.encoded == []


def test_a_check_without_an_index_or_a_cache(glance, settings):
    (settings.var / "vectors.safetensors").unlink()
    assert glance().notes == (NOT_ENCODED,)


def test_a_check_finds_twins_before_they_are_published(settings, glance, publish, ask):
    ask("example", "how do I someone sponsor")
    publish()
    edit(settings.knowledge, CONTACTS, "HR can start", "HR may start")
    findings = glance()
    assert findings.notes == (NOT_TRIED,)
    assert len(told(findings, TWINS)) == 1


def test_a_check_of_many_questions_leaves_finding_to_the_reindex(monkeypatch, glance):
    monkeypatch.setattr(checking, "QUICKLY_TRIED", 3)
    assert glance().notes == (NOT_TRIED,)
    assert "find their own passage first" in glance(quickly=False).notes[0]


def test_near_pairs_are_those_of_all_comparisons():
    chance = np.random.default_rng(1)
    middles = chance.normal(size=(60, 384))
    vectors = np.repeat(middles, 50, axis=0) + 0.229 * chance.normal(size=(3000, 384))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    cosines = vectors @ vectors.T
    wanted = set(zip(*np.nonzero(np.tril(cosines, -1) >= NEAR), strict=True))
    found = list(_near_pairs(vectors))
    assert found == sorted(found)
    assert 1000 < len(found) < 60 * 50 * 49 / 2
    # Two ways of adding up may differ in the last digit.
    assert [pair for pair in wanted ^ set(found) if abs(cosines[pair] - NEAR) > 1e-6] == []
