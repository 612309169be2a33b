"""What an answer is made of: short by default, the rest on demand, one next step, people first where in doubt."""

from dataclasses import replace

import pytest

from coach.choices import AnswerKind, Level, PassageKind
from coach.dialogue.compose import Composer
from coach.published import load_coach
from coach.types import Hit

SPONSOR = ["definition", "how-to", "what-to-say", "example", "pitfall", "evidence"]


@pytest.fixture
def coach(settings, encoder):
    return load_coach(settings.index_folder, encoder)[1]


def composer_with(coach, page, **fields):
    """A composer whose page of that id has other fields."""
    knowledge = coach.knowledge
    changed = replace(knowledge.pages[page], **fields)
    return Composer(replace(knowledge, pages={**knowledge.pages, page: changed}))


def answer(composer, passage, **options):
    found = composer.knowledge.passage(passage)
    return composer.answer(found, [Hit(passage, 0.9, "", 0.0), Hit("mentor#how-to", 0.8, "", -3.0)], **options)


def shown(reply):
    return [block.passage for block in reply.blocks]


def test_the_rest_of_the_page_is_there_on_demand(coach):
    reply = answer(coach.composer, "sponsor#pitfall")
    assert shown(reply) == ["sponsor#definition", "sponsor#pitfall", "sponsor#how-to"]
    # What is shown in part stands there whole.
    assert [block.passage.partition("#")[2] for block in reply.more] == [
        each for each in SPONSOR if each not in ("pitfall",)
    ]


def test_an_answer_ends_in_one_step_that_takes_ten_seconds(coach):
    step = answer(coach.composer, "sponsor#example").blocks[-1]
    assert step.heading == "One next step"
    assert [statement.label for statement in step.statements] == ["In ten seconds:"]


def test_a_how_to_holds_its_steps_itself_and_is_followed_by_words(coach):
    reply = answer(coach.composer, "sponsor#how-to")
    assert shown(reply) == ["sponsor#definition", "sponsor#how-to", "sponsor#what-to-say"]


def test_words_for_somebody_else_come_after_asking_them(coach):
    composer = composer_with(coach, "interruptions", acts_for_another=True)
    reply = answer(composer, "interruptions#what-to-say")
    assert reply.blocks[1].heading == "Ask first"
    assert shown(reply)[2] == "interruptions#what-to-say"
    assert "Ask first" not in [block.heading for block in answer(coach.composer, "interruptions#what-to-say").blocks]


def test_what_an_organisation_does_shows_both_doors(coach):
    reply = answer(composer_with(coach, "sponsor", level=Level.ORGANISATION), "sponsor#evidence")
    assert "Allyship or DEI?" in [block.heading for block in reply.blocks]


def test_in_doubt_the_first_line_and_the_people(coach):
    reply = answer(coach.composer, "interruptions#how-to", offer_people=True)
    assert shown(reply) == ["interruptions#definition"]
    assert reply.contacts
    assert "interruptions#how-to" in [block.passage for block in reply.more]


def test_backfiring_is_one_click_away(coach):
    for kind in (PassageKind.DEFINITION, PassageKind.HOW_TO, PassageKind.EXAMPLE, PassageKind.EVIDENCE):
        reply = answer(coach.composer, f"sponsor#{kind}")
        assert "When does it backfire?" in [suggestion.label for suggestion in reply.suggestions]
        assert 2 <= len(reply.suggestions) <= 4


def test_nearly_as_good_a_page_is_told(coach):
    sponsor = coach.knowledge.passage("sponsor#how-to")
    near = coach.composer.answer(sponsor, [Hit("sponsor#how-to", 0.9, "", 0.0), Hit("mentor#how-to", 0.9, "", -0.1)])
    far = coach.composer.answer(sponsor, [Hit("sponsor#how-to", 0.9, "", 0.0), Hit("mentor#how-to", 0.1, "", -9.0)])
    assert (near.unsure, far.unsure) == (True, False)
    assert near.near == far.near == ("mentor#how-to",)
    assert [each.message for each in near.alternatives] == [coach.knowledge.passage("mentor#how-to").questions[0]]


def test_why_is_told_by_the_question_that_was_nearest(coach):
    why = coach.reply("how do I sponsor someone")[0].why
    assert why.question == "how do I sponsor someone"
    assert (why.page, why.heading) == ("Sponsor", "How to start sponsoring")
    assert sum(why.evidence.values()) == 1


def test_every_statement_on_demand_has_its_source(coach):
    reply = answer(coach.composer, "sponsor#how-to")
    cited = {citation.source for block in reply.more for each in block.statements for citation in each.citations}
    assert cited <= set(reply.sources)


def test_shorter(coach):
    _, turns = coach.reply("how do I sponsor someone")
    reply, _ = coach.reply("shorter please", turns)
    assert shown(reply) == ["sponsor#how-to"]
    assert reply.kind == AnswerKind.ANSWER


def test_why_this_answer(coach):
    _, turns = coach.reply("how do I sponsor someone")
    reply, _ = coach.reply("why this answer", turns)
    assert reply.explains
    assert reply.why.question == "how do I sponsor someone"


def test_the_other_one(coach):
    first, turns = coach.reply("how do I sponsor someone")
    reply, _ = coach.reply("no, the other one", turns)
    assert reply.asked == first.near[0]


def test_back_to_the_first_thing(coach):
    _, turns = coach.reply("how do I sponsor someone")
    _, turns = coach.reply("he keeps talking over her in meetings", turns)
    reply, _ = coach.reply("back to the first thing", turns)
    assert reply.topics[0] == "sponsor"


def test_what_is_typed_after_a_question_back_is_read_in_its_light(coach):
    asked_back, turns = coach.reply("it happened again")
    assert asked_back.kind == AnswerKind.CLARIFY
    assert 2 <= len(asked_back.suggestions) <= 4
    reply, _ = coach.reply("stuck", turns)
    assert reply.kind == AnswerKind.ANSWER
    assert reply.topics[0] in {passage.partition("#")[0] for passage in asked_back.near}
