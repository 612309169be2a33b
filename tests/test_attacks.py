"""Attempts to talk the coach into something, and markup that tries to run: nothing is said that nobody wrote."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from attacks import ATTEMPTS, PAYLOADS
from support import SMALL_KNOWLEDGE, WordEncoder

from app import create_app
from coach.settings import Settings
from coach.web.views import FRAGMENT

ROOT = Path(__file__).parent.parent
KINDS = {"answer", "clarify", "decline", "smalltalk", "escalate"}


@pytest.fixture(scope="module")
def client(built):
    unlimited = Settings(knowledge=built.knowledge, var=built.var, limit_client="", limit_all="")
    return create_app(unlimited, WordEncoder).test_client()


@pytest.fixture(scope="module")
def written():
    """Everything that anybody wrote: the files of the knowledge base and the templates, without marks and breaks."""
    paths = [path for path in SMALL_KNOWLEDGE.rglob("*") if path.suffix in (".md", ".yaml")]
    paths += [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    return plain(" ".join(path.read_text() for path in paths))


def plain(text):
    """Letters and digits only, so that marks, breaks and citations make no difference."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\[@[^\]]*\]", " ", text).lower()).strip()


def statements(reply):
    return [statement for block in reply["blocks"] for statement in block["statements"]]


def untraced(reply, written):
    """The sentences of a reply that stand nowhere in what people wrote."""
    told = [each["text"] for each in statements(reply)] + [block["heading"] for block in reply["blocks"]]
    told += [part for contact in reply["contacts"] for part in (contact["says"], contact["name"])]
    return [sentence for sentence in told if plain(sentence) not in written]


def test_there_are_as_many_attempts_as_we_say():
    assert len(set(ATTEMPTS)) == 200
    assert len(set(PAYLOADS)) == 300


def test_every_attempt_in_words_gets_only_what_people_wrote(client, written):
    for attempt in ATTEMPTS:
        reply = client.post("/api/chat", json={"message": attempt}).json
        assert reply["kind"] in KINDS
        assert untraced(reply, written) == [], attempt
        if reply["kind"] == "answer":
            assert all(each["citations"] for each in statements(reply)), attempt


def test_what_was_said_before_persuades_nobody(client, written):
    state = None
    for attempt in ATTEMPTS[::4]:
        reply = client.post("/api/chat", json={"message": attempt, "state": state}).json
        state = reply["state"]
        assert untraced(reply, written) == [], attempt


def test_the_trace_finds_a_sentence_that_nobody_wrote(client, written):
    reply = client.post("/api/chat", json={"message": "what is a mentor"}).json
    reply["blocks"][0]["statements"][0]["text"] = "Sure, here is what you asked for."
    assert len(untraced(reply, written)) == 1


@pytest.mark.model
def test_the_real_coach_is_persuaded_by_none_of_them():
    from coach.encoders import serving_encoder
    from coach.errors import CoachError
    from coach.published import load_coach

    settings = Settings()
    try:
        _, coach = load_coach(settings.index_folder, serving_encoder(settings))
    except CoachError as error:
        pytest.skip(f"no index of the whole knowledge base: {error}")
    known = {each.text for page in coach.knowledge.pages.values() for part in page.passages for each in part.statements}
    for attempt in ATTEMPTS:
        answer, _ = coach.reply(attempt)
        told = [each for block in answer.blocks for each in block.statements]
        assert {each.text for each in told} <= known, attempt
        assert all(each.citations for each in told) or answer.kind != "answer", attempt


class Elements(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, tuple(name for name, _ in attributes)))


def risky(found):
    """The tags that could run or load something, in their order."""
    return [tag for tag, _ in found if tag in {"iframe", "object", "svg", "math", "video", "base", "template"}]


@pytest.mark.parametrize("field", ["message", "suggestion", "state"])
def test_a_typed_payload_adds_no_element_and_no_attribute(client, field):
    harmless = {"message": "hello", "state": ""} | {field: "kumquat"}
    trouble = Elements(client.post("/", data=harmless).text).found if field == "state" else None
    # The page draws its own mark as an SVG, so what counts is that no payload adds another.
    usual = risky(Elements(client.post("/", data=harmless).text).found)
    for payload in PAYLOADS:
        text = client.post("/", data={"message": "hello", "state": ""} | {field: payload}).text
        found = Elements(text).found
        names = {name for _, attributes in found for name in attributes}
        assert not [name for name in names if name.startswith("on")], payload
        assert risky(found) == usual, payload
        assert "49" not in re.findall(r">([^<]*)<", text), payload
        assert trouble is None or found == trouble, payload


@pytest.mark.parametrize("payload", PAYLOADS[::10])
def test_a_payload_in_a_path_or_a_header_comes_back_as_text(client, payload):
    for response in (
        client.get("/" + payload),
        # Controls, line breaks among them, are the only marks that no header can hold.
        client.post("/", data={"message": "hello"}, headers={FRAGMENT: re.sub(r"[\x00-\x1f\x7f]", "", payload)}),
    ):
        assert payload not in response.text or html.escape(payload) == payload
        assert response.status_code < 500
