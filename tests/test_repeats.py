"""The same question in the same place is answered once; what was typed is kept nowhere."""

import pickle
import threading
from dataclasses import replace

import pytest
from support import WordEncoder, touch

from app import create_app
from coach.choices import AnswerKind
from coach.repeats import Repeats
from coach.settings import Settings, read_settings
from coach.types import Turn

TURN = Turn(AnswerKind.ANSWER, "sponsor#how-to", ("sponsor#how-to",))


@pytest.fixture
def asked():
    return []


@pytest.fixture
def repeats(asked):
    """Room for two answers, each of which says how many were asked for before it."""

    def reply(message, turns):
        asked.append(message)
        return len(asked), (*turns, TURN)

    return Repeats(reply, 2)


def test_the_same_is_answered_once(repeats, asked):
    assert repeats("hello", ()) == repeats("hello", ()) == (1, (TURN,))
    assert asked == ["hello"]


@pytest.mark.parametrize(("message", "turns"), [("hello", (TURN,)), ("Hello", ()), ("hello ", ())])
def test_another_message_or_another_place_is_another_question(repeats, asked, message, turns):
    repeats("hello", ())
    assert repeats(message, turns)[0] == 2


def test_the_answer_that_was_asked_for_longest_ago_is_forgotten(repeats, asked):
    for message in ("one", "two", "one", "three", "one", "two"):
        repeats(message, ())
    assert asked == ["one", "two", "three", "two"]


def test_without_room_nothing_is_kept(asked):
    repeats = Repeats(lambda message, turns: (asked.append(message), turns), 0)
    repeats("hello", ())
    repeats("hello", ())
    assert len(asked) == 2
    assert not repeats._known


def test_a_fault_is_not_kept(asked):
    def fail(message, turns):
        asked.append(message)
        raise ValueError(message)

    repeats = Repeats(fail, 2)
    for _ in range(2):
        with pytest.raises(ValueError, match="hello"):
            repeats("hello", ())
    assert len(asked) == 2


def test_what_was_typed_is_not_in_what_is_kept(settings):
    app = create_app(replace(settings, repeats=10), WordEncoder)
    app.test_client().post("/api/chat", json={"message": "how do I sponsor my kumquatzebra"})
    kept = app.extensions["live_coach"].current().reply._known
    assert len(kept) == 1
    assert b"kumquatzebra" not in pickle.dumps(kept)


def test_a_repeated_question_is_encoded_once_and_a_new_index_answers_anew(settings, encoder, publish):
    client = create_app(replace(settings, repeats=10), lambda: encoder).test_client()
    body = {"message": "how do I sponsor someone"}
    first = client.post("/api/chat", json=body).json
    encoder.encoded.clear()
    again = client.post("/api/chat", json=body).json
    assert encoder.encoded == []
    assert {**again, "state": ""} == {**first, "state": ""}
    touch(settings)
    publish()
    encoder.encoded.clear()
    assert client.post("/api/chat", json=body).json["index"] != first["index"]
    assert body["message"] in encoder.encoded


def test_many_threads_share_it(asked):
    repeats = Repeats(lambda message, turns: (message, turns), 5)
    wrong = []

    def ask():
        for number in range(300):
            message = str(number % 11)
            if repeats(message, ())[0] != message:
                wrong.append(message)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(repeats._known) <= 5


def test_nothing_is_kept_unless_it_is_asked_for():
    assert Settings().repeats == 0
    assert read_settings({"COACH_REPEATS": "0"}).repeats == 0
    assert read_settings({"COACH_REPEATS": "256"}).repeats == 256
