"""The path of a question, on a small knowledge base whose near passages are known."""

import pytest

from coach.choices import AnswerKind, Intent, PassageKind
from coach.dialogue.coach import Coach
from coach.dialogue.messages import LONGEST_MESSAGE, clean, parts
from coach.errors import MessageRefused
from coach.published import load_coach


@pytest.fixture
def coach(settings, encoder):
    return load_coach(settings.index_folder, encoder)[1]


def shown(answer):
    return [block.passage for block in answer.blocks]


def test_a_question_finds_its_own_passage(coach):
    answer, _ = coach.reply("how do I sponsor someone")
    assert answer.kind == AnswerKind.ANSWER
    assert answer.intent == Intent.HOW_TO
    assert answer.topics[0] == "sponsor"
    assert answer.roles == ("sponsor",)
    assert shown(answer) == ["sponsor#definition", "sponsor#how-to", "sponsor#what-to-say"]


def test_the_opening_is_two_sentences_of_the_definition(coach):
    opening = coach.reply("how do I sponsor someone")[0].blocks[0]
    assert opening.kind == PassageKind.DEFINITION
    assert [statement.text for statement in opening.statements] == [
        "A sponsor uses influence to move a person's career on.",
        "They speak for the person in conversations the person is not part of.",
    ]


def test_what_is_shown_is_not_suggested_again(coach):
    answer, _ = coach.reply("how do I sponsor someone")
    labels = [suggestion.label for suggestion in answer.suggestions]
    assert labels == [
        "Show me an example",
        "When does it backfire?",
        "What the evidence says on sponsors",
        "About: Mentor",
    ]


def test_every_suggestion_of_a_section_finds_that_section(coach):
    answer, turns = coach.reply("how do I sponsor someone")
    example = answer.suggestions[0]
    assert coach.reply(example.message, turns)[0].asked == "sponsor#example"


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("give me an example", "sponsor#example"),
        ("why?", "sponsor#evidence"),
        ("and a mentor?", "mentor#how-to"),
    ],
)
def test_a_follow_up_is_read_after_the_last_answer(coach, message, asked):
    _, turns = coach.reply("how do I sponsor someone")
    assert coach.reply(message, turns)[0].asked == asked


def test_a_follow_up_without_anything_before_it_is_not_an_answer_about_something_else(coach):
    answer, _ = coach.reply("tell me more")
    assert not answer.topics or answer.kind != AnswerKind.ANSWER


def test_more_shows_what_was_not_shown_yet(coach):
    _, turns = coach.reply("how do I sponsor someone")
    assert coach.reply("tell me more", turns)[0].asked == "sponsor#example"


def test_a_new_subject_is_not_a_follow_up(coach):
    _, turns = coach.reply("how do I sponsor someone")
    assert coach.reply("he keeps talking over her in meetings", turns)[0].asked == "interruptions#how-to"


@pytest.mark.parametrize("message", ["and the weather tomorrow", "what about the best pizza in town"])
def test_a_refusal_stays_one_after_an_answer(coach, message):
    _, turns = coach.reply("how do I sponsor someone")
    assert coach.reply(message, turns)[0].kind == AnswerKind.DECLINE


@pytest.mark.parametrize("message", ["Ｉ ｗａｎｔ ｔｏ ｄｉｅ", "i want to d\u200bie"])
def test_wide_and_hidden_characters_hide_nothing(coach, message):
    assert coach.reply(message)[0].asked == "crisis#boundary"


def test_harm_told_after_an_ordinary_sentence_is_heard(coach):
    answer, _ = coach.reply("How do I sponsor someone in our team? I want to kill myself tonight.")
    assert answer.asked == "crisis#boundary"


def test_a_conversation_survives_words_that_are_gone(coach):
    _, turns = coach.reply("how do I sponsor someone")
    gone = [type(turns[0])(turns[0].kind, "no-longer#here", ("no-longer#here",))]
    assert coach.reply("give me an example", gone)[0].blocks


def test_escalation_comes_before_any_search(coach, encoder):
    class NoFinder:
        def find(self, text, vector):
            raise AssertionError("searched before people were offered")

    deaf = Coach(coach.knowledge, NoFinder(), coach.follow_ups, coach.router, encoder)
    answer, _ = deaf.reply("i want to kill myself")
    assert answer.kind == AnswerKind.ESCALATE
    assert answer.intent == Intent.GET_HELP
    assert [contact.id for contact in answer.contacts] == ["line", "emergency"]
    assert not answer.topics


def test_escalation_in_the_middle_of_a_conversation(coach):
    _, turns = coach.reply("how do I sponsor someone")
    assert coach.reply("my boss grabbed me", turns)[0].asked == "harassment#boundary"


@pytest.mark.parametrize(
    ("message", "kind", "page"),
    [
        ("weather tomorrow", AnswerKind.DECLINE, "off-topic"),
        ("sponsor my half marathon for charity", AnswerKind.DECLINE, "off-topic"),
        ("help", AnswerKind.CLARIFY, "too-vague"),
        ("hello", AnswerKind.SMALLTALK, "greeting"),
    ],
)
def test_what_is_not_a_question_for_the_pages_cites_nothing(coach, message, kind, page):
    answer, _ = coach.reply(message)
    assert answer.kind == kind
    assert shown(answer) == [f"{page}#boundary"]
    assert not answer.citations
    assert not answer.sources


def test_an_escalation_at_the_end_of_a_long_story_is_heard(coach):
    story = "he keeps talking over her in meetings. " * 45
    assert coach.reply(story)[0].kind == AnswerKind.ANSWER
    answer, _ = coach.reply(story + "Today my colleague says he wants to end his life. ")
    assert answer.asked == "crisis#boundary"


def test_the_parts_of_a_message_are_its_sentences_and_nothing_is_left_out():
    assert parts("I mentor Tom. He is late! What now?") == ["I mentor Tom.", "He is late!"]
    assert parts("how do I sponsor someone") == []
    endless = "ab " * 660
    assert "".join(parts(endless)) == endless.strip()
    assert len(parts("one two three. " * 130)) == 24


def test_a_message_that_only_sounds_like_a_crisis_is_answered(coach):
    answer, _ = coach.reply("this deadline is killing me, how do I mentor through it")
    assert answer.kind == AnswerKind.ANSWER


def test_the_same_question_gets_the_same_answer(coach):
    assert coach.reply("how do I mentor someone") == coach.reply("how do I mentor someone")


def test_only_the_last_turns_are_kept_and_none_of_the_words(coach):
    turns = ()
    for _ in range(9):
        _, turns = coach.reply("how do I sponsor someone", turns)
    assert len(turns) == 6
    assert "someone" not in str(turns)


@pytest.mark.parametrize("message", ["", "   ", "\n\t", "\x00", "\ud800", 5, None])
def test_no_message_is_refused(message):
    with pytest.raises(MessageRefused):
        clean(message)


def test_the_longest_message_fits_and_one_more_character_does_not():
    assert clean("x" * LONGEST_MESSAGE)
    with pytest.raises(MessageRefused, match="2001 characters; 2000 is the most"):
        clean("x" * (LONGEST_MESSAGE + 1))


@pytest.mark.parametrize(
    "message", ["😀", "<script>alert(1)</script>", "{{7*7}}", "' OR 1=1 --", "مرحبا", "a\x00b", "." * 2000]
)
def test_strange_messages_get_a_sensible_reply(coach, message):
    answer, _ = coach.reply(message)
    assert answer.blocks
