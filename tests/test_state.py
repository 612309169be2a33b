"""The conversation's token: whole or refused, whatever was done to it, at no cost."""

import json
import random
import time
import tracemalloc
from dataclasses import asdict, replace
from datetime import date

import pytest
from itsdangerous import URLSafeTimedSerializer

from coach.choices import AnswerKind
from coach.errors import SettingError, StateRefused
from coach.tools.commitment import LONGEST, Plan
from coach.types import Turn
from coach.web.state import LONGEST_CONTENT, LONGEST_TOKEN, SALT, VERSION, Conversation, StateSigner, signing_keys

NEW, OLD, FOREIGN = "a new key of some length", "an old key of some length", "a key of somebody else"
TURN = Turn(AnswerKind.ANSWER, "sponsor#how-to", ("sponsor#how-to", "sponsor#example"), ("mentor#how-to",), 2)
PLAN = Plan("If Ana is cut off", "hand the floor back", "A.B.", date(2026, 11, 29), "sponsor#how-to")
WHOLE = Conversation((TURN,) * 6, "GB", PLAN)
CONTENT = ["", [["answer", "sponsor#how-to", [], [], -1]], None]
BOMB = ["", [["answer", "A" * 5_000_000, [], [], -1]], None]
WEEK = 7 * 24 * 3600


@pytest.fixture
def signer():
    return StateSigner((NEW, OLD), max_age=WEEK, today=lambda: PLAN.check_back)


@pytest.fixture
def token(signer):
    return signer.dump(WHOLE)


def signed(content, *, key=NEW, salt=SALT, version=VERSION):
    """A token that somebody who holds `key` could make."""
    return f"{version}.{URLSafeTimedSerializer(key, salt=salt).dumps(content)}"


def refused(signer, token):
    with pytest.raises(StateRefused) as refusal:
        signer.load(token)
    return str(refusal.value)


def test_a_token_gives_back_what_it_was_made_of(signer, token):
    assert signer.load(token) == WHOLE


def test_a_token_may_be_sent_again_and_means_the_same(signer, token):
    # It holds nothing that could be spent, so a replay within its age is the same conversation, and no more.
    assert [signer.load(token) for _ in range(3)] == [WHOLE] * 3


def test_every_change_of_one_character_is_refused(signer, token):
    for place, character in enumerate(token):
        changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        # The last character of a base64 text has spare bits: such a change may leave the bytes as they were.
        try:
            assert signer.load(changed) == WHOLE
        except StateRefused:
            continue
        assert place in (len(token) - 1, token.rindex(".") - 1, token.rindex(".", 0, token.rindex(".")) - 1)


def test_every_truncation_and_every_piece_is_refused(signer, token):
    for length in range(1, len(token)):
        refused(signer, token[:length])
        refused(signer, token[length:])


def test_parts_of_two_tokens_make_none(signer, token):
    other = signer.dump(Conversation((TURN,)))
    assert other != token
    refused(signer, token.rpartition(".")[0] + "." + other.rpartition(".")[2])


def test_noise_is_refused(signer):
    chance = random.Random(20261122)
    alphabet = "ABCabc012.-_= \x00\n\u00e9\ud83d"
    for _ in range(2000):
        refused(signer, "".join(chance.choices(alphabet, k=chance.randrange(1, 200))))


def test_another_key_is_refused(signer):
    assert "not made here" in refused(signer, signed(CONTENT, key=FOREIGN))


def test_a_token_of_the_key_before_is_read_and_goes_on_under_the_new_one(signer):
    before = StateSigner((OLD,), max_age=WEEK).dump(WHOLE)
    after = signer.dump(signer.load(before))
    assert StateSigner((NEW,), max_age=WEEK).load(after) == WHOLE
    assert "not made here" in refused(StateSigner((NEW,), max_age=WEEK), before)


def test_a_token_of_another_version_is_told_apart(signer):
    token = signed(CONTENT, salt="allyship-coach.conversation.99", version="99")
    assert "not of this version" in refused(signer, token)


@pytest.mark.parametrize(
    "content",
    [
        None,
        5,
        "text",
        "abc",
        [1],
        ["", [[]], None],
        ["", [["answer"]], None],
        ["", [["gossip", "a#b", [], [], -1]], None],
        ["", [[1, 2, 3, 4, 5]], None],
        ["", [], {"when": "no day"}],
        ["", [], {"check_back": "soon"}],
        ["", [], {"check_back": "2026-11-29"}],
        ["", [], 5],
    ],
)
def test_what_is_signed_but_no_conversation_is_refused(signer, content):
    assert refused(signer, signed(content))


def test_a_bomb_is_refused_without_room_for_what_it_would_become(signer):
    bomb = signed(BOMB)
    assert len(bomb) < LONGEST_TOKEN
    tracemalloc.start()
    try:
        assert refused(signer, bomb)
        assert tracemalloc.get_traced_memory()[1] < 20 * LONGEST_CONTENT
    finally:
        tracemalloc.stop()


def test_a_bomb_of_a_stranger_is_not_even_unpacked(signer, monkeypatch):
    import coach.web.state

    monkeypatch.setattr(coach.web.state.zlib, "decompressobj", lambda: pytest.fail("it was unpacked"))
    refused(signer, signed(BOMB, key=FOREIGN))


def test_the_longest_conversation_stays_far_below_the_bounds(signer):
    name = "long-page-name-" * 4
    turns = tuple(
        Turn(
            AnswerKind.ANSWER,
            f"{name}{n}#how-to",
            tuple(f"{name}{n}#{m}" for m in range(4)),
            tuple(f"{name}{n}{m}#how-to" for m in range(3)),
            9,
        )
        for n in range(6)
    )
    plan = replace(PLAN, when="w" * LONGEST["when"], will="\u4e00" * LONGEST["will"])
    assert len(signer.dump(Conversation(turns, "GB", plan))) < LONGEST_TOKEN / 2
    assert len(json.dumps([asdict(turn) for turn in turns])) + len(json.dumps(plan.will)) < LONGEST_CONTENT / 2


@pytest.mark.parametrize("jump", [-365 * 24 * 3600, -1, 1, WEEK - 60])
def test_a_clock_that_jumps_or_differs_ends_no_conversation(signer, token, monkeypatch, jump):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    assert signer.load(token) == WHOLE


def test_an_old_token_is_refused_but_for_its_plan(signer, token, monkeypatch):
    planless = signer.dump(replace(WHOLE, plan=None))
    later = time.time() + WEEK + 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert "too old" in refused(signer, planless)
    assert signer.load(token) == replace(WHOLE, turns=())


def test_a_key_file_may_hold_several_keys_the_first_of_which_signs(settings):
    first = signing_keys(settings)
    (settings.var / "signing-key").write_text(f"{NEW.replace(' ', '-')}\n{first[0]}\n")
    assert signing_keys(settings) == (NEW.replace(" ", "-"), *first)


def test_a_key_that_can_be_guessed_is_refused(settings):
    (settings.var / "signing-key").write_text("secret")
    with pytest.raises(SettingError, match="too short"):
        signing_keys(settings)
