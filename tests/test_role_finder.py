"""The role finder: its rules, with small words of the test's own, and what they make of the words that are shipped."""

from itertools import product

import pytest
from support import SMALL_KNOWLEDGE, TODAY

from coach.choices import Intent, Role
from coach.content.knowledge import read_knowledge
from coach.errors import AnswersRefused
from coach.tools.role_finder import choose, find_role
from coach.types import FinderAnswer, Reason, Statement

TOLD = {"asked": "told", "wish": "fairness", "happening": "remark", "influence": "little", "experience": "partly"}
TOLD |= {"nearness": "somewhat", "time": "minutes", "voice": "ready"}


@pytest.fixture(scope="module")
def small():
    return read_knowledge(SMALL_KNOWLEDGE, today=TODAY)


def speaks(**weights):
    """An answer with these weights."""
    return FinderAnswer("", {Role(role): Reason(weight, ()) for role, weight in weights.items()})


def chosen(wish, *others):
    return choose({str(n): each for n, each in enumerate([wish, *others])}, deciding=wish)


def combinations(knowledge):
    """Every way of answering: (answer ids by question, answers by question)."""
    questions = knowledge.role_finder.questions
    for picks in product(*(question.answers.items() for question in questions.values())):
        pairs = list(zip(questions, picks, strict=True))
        yield {id_: pick[0] for id_, pick in pairs}, {id_: pick[1] for id_, pick in pairs}


def test_what_they_asked_for_decides_on_the_first_role():
    assert chosen(speaks(coach=1), speaks(sponsor=9))[0] == Role.COACH


def test_of_two_roles_asked_for_the_rest_decides():
    assert chosen(speaks(advocate=5, challenger=5), speaks(challenger=1)) == [Role.CHALLENGER, Role.ADVOCATE]


@pytest.mark.parametrize(("weight", "roles"), [(3, [Role.MENTOR]), (4, [Role.MENTOR, Role.COACH])])
def test_a_second_role_is_named_when_it_is_nearly_as_fitting(weight, roles):
    assert chosen(speaks(mentor=6), speaks(coach=weight)) == roles


def test_a_second_role_needs_something_that_speaks_for_it():
    assert chosen(speaks(mentor=1), speaks(coach=-1), speaks(sponsor=2), speaks(sponsor=-2)) == [Role.MENTOR]


def test_what_speaks_against_the_only_role_leaves_it():
    assert chosen(speaks(sponsor=6), speaks(sponsor=-9)) == [Role.SPONSOR]


def test_the_reasons_follow_from_the_answers(small):
    reply = find_role(small, {"asked": "told", "wish": "door", "room": "outside"})
    assert [block.heading for block in reply.blocks] == ["Sponsor", "Your first step"]
    assert [statement.text for statement in reply.blocks[0].statements] == [
        "A sponsor uses influence to move a person's career on.",
        "They want an open door.",
        "Mind: You are outside.",
    ]
    assert [statement.text for statement in reply.blocks[1].statements] == [
        "In ten seconds: Name the person whose idea it was."
    ]
    assert list(reply.sources) == ["alpha-study", "coach", "beta-guide"]
    assert (reply.intent, reply.asked, reply.roles) == (Intent.CHOOSE_ROLE, "sponsor#how-to", (Role.SPONSOR,))


def test_whoever_has_not_asked_is_led_to_asking_before_anything_else(small):
    reply = find_role(small, {"asked": "not-yet", "wish": "advice", "room": "outside"})
    assert [block.heading for block in reply.blocks] == ["Ask them first", "Your first step", "If they want it: Mentor"]


def test_a_missing_or_unknown_answer_is_named(small):
    with pytest.raises(AnswersRefused) as refused:
        find_role(small, {"asked": "told", "room": "attic"})
    assert refused.value.missing == ("wish", "room")


def test_every_way_of_answering_leads_to_one_or_two_roles_that_were_asked_for(shipped):
    seen = set()
    for _, answers in combinations(shipped):
        roles = choose(answers, deciding=answers["wish"])
        assert len(roles) in (1, 2)
        assert answers["wish"].reasons[roles[0]].weight > 0
        seen.add(tuple(roles))
    assert {roles[0] for roles in seen} == set(Role)
    assert {len(roles) for roles in seen} == {1, 2}


def test_nobody_whose_job_is_at_risk_is_told_to_challenge(shipped):
    risky = [answers for ids, answers in combinations(shipped) if ids["voice"] == "risky"]
    assert [answers for answers in risky if Role.CHALLENGER in choose(answers, deciding=answers["wish"])] == []


def test_every_answer_of_the_shipped_role_finder_composes(shipped):
    """Each pair of an answer and a wish: reasons with sources, one first step, at most two roles."""
    questions = shipped.role_finder.questions
    for id_, question in questions.items():
        for answer_id, wish in product(question.answers, questions["wish"].answers):
            reply = find_role(shipped, TOLD | {"wish": wish} | {id_: answer_id})
            steps = [s for block in reply.blocks for s in block.statements if s.label.startswith("In ten seconds")]
            assert len(steps) == 1
            assert 1 <= len(reply.roles) <= 2
            assert all(isinstance(s, Statement) and s.citations for block in reply.blocks for s in block.statements)
            assert {citation.source for citation in reply.citations} == set(reply.sources)
            assert shipped.passage(reply.asked)


@pytest.mark.parametrize(
    ("asked", "heading", "step"),
    [
        ("not-yet", "Ask them first", "asking-first#how-to"),
        ("said-no", "They said no, and that stands", "turning-help-down#other-side"),
    ],
)
def test_not_asked_and_no_come_before_any_role(shipped, asked, heading, step):
    reply = find_role(shipped, TOLD | {"asked": asked})
    assert reply.blocks[0].heading == heading
    assert reply.blocks[1].passage == reply.asked == step
    assert all(block.heading.startswith(("If they want it", "Only if they ask")) for block in reply.blocks[2:])


def test_there_are_eight_questions_with_two_to_four_answers(shipped):
    questions = shipped.role_finder.questions.values()
    assert len(questions) == 8
    assert all(2 <= len(question.answers) <= 4 for question in questions)
