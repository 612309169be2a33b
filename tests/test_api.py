"""The JSON API at its front door: the contract, and every kind of bad input."""

import json
import re
from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer
from support import SMALL_KNOWLEDGE

from coach.choices import AnswerKind, Intent, PassageKind
from coach.web.state import SALT

FIELDS = [
    "kind",
    "intent",
    "topics",
    "roles",
    "blocks",
    "more",
    "contacts",
    "citations",
    "suggestions",
    "alternatives",
    "text",
    "state",
    "index",
]
MARK = re.compile(r"\[@[^\]]*\]")


def ask(client, message, state=None):
    return client.post("/api/chat", json={"message": message, "state": state})


def problem(response, status):
    """The problem document, after a look at its form."""
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json["status"] == status
    assert {"type", "title", "status", "detail"} <= set(response.json)
    return response.json


def sentences_of_the_knowledge_base():
    """Every statement as it stands in the files, found without the product's own parser."""
    found = set()
    for path in SMALL_KNOWLEDGE.glob("*/*.md"):
        body = path.read_text().split("---\n", 2)[2]
        for line in body.splitlines():
            parts = MARK.split(line.removeprefix("- ").replace("**", ""))
            found |= {part.strip() for part in parts if part.strip() and not line.startswith("#")}
    return found


def test_an_answer_keeps_the_contract(client):
    reply = ask(client, "how do I sponsor someone").json
    assert list(reply) == FIELDS
    assert reply["kind"] == "answer"
    assert reply["intent"] == "how-to"
    assert reply["topics"][0] == "sponsor"
    assert reply["roles"] == ["sponsor"]
    assert reply["blocks"][1] == {
        "kind": "how-to",
        "heading": "How to start sponsoring",
        "passage": "sponsor#how-to",
        "statements": [
            {"text": 'First, ask: "Would it help if I spoke about your work?"', "citations": [3]},
            {"text": "In ten seconds: Name the person whose idea it was.", "citations": [2]},
        ],
    }
    assert reply["citations"][0] == {
        "n": 1,
        "source": {
            "id": "alpha-study",
            "title": "A Study of Alpha",
            "author": "Ada Alpha, Beta Team",
            "publisher": "Journal of Letters",
            "issued": "2019",
            "URL": "https://example.org/alpha",
            "evidence": "study",
        },
        "facts": ["f1", "f2"],
    }
    assert "They speak for the person in conversations the person is not part of. [1][2]" in reply["text"]


QUESTIONS = [
    "how do I sponsor someone",
    "what is a mentor",
    "words to say when somebody is interrupted",
    "i want to die",
]


@pytest.mark.parametrize("message", QUESTIONS)
def test_every_statement_is_one_of_the_knowledge_base_and_its_sources_resolve(client, message):
    reply = ask(client, message).json
    sources = {each["n"]: each["source"]["id"] for each in reply["citations"]}
    statements = [statement for block in reply["blocks"] for statement in block["statements"]]
    assert {statement["text"] for statement in statements} <= sentences_of_the_knowledge_base()
    for statement in statements:
        assert statement["citations"]
        for n in statement["citations"]:
            assert (SMALL_KNOWLEDGE / "sources" / f"{sources[n]}.yaml").is_file()


@pytest.mark.parametrize("message", [*QUESTIONS, "hello", "help", "weather tomorrow"])
def test_the_values_are_those_that_the_contract_names(client, message):
    reply = ask(client, message).json
    assert reply["kind"] in set(AnswerKind)
    assert reply["intent"] in set(Intent)
    assert {block["kind"] for block in reply["blocks"]} <= set(PassageKind)


def test_a_crisis_gets_people_and_numbers_first(client):
    reply = ask(client, "i want to die").json
    assert reply["kind"] == "escalate"
    assert reply["topics"] == []
    assert [contact["phone"] for contact in reply["contacts"]] == ["555 0100", ""]
    assert reply["text"].index("555 0100") < reply["text"].index("You may also call about somebody else")


def test_a_refusal_cites_nothing(client):
    reply = ask(client, "weather tomorrow").json
    assert reply["kind"] == "decline"
    assert reply["citations"] == []
    assert {tuple(each["citations"]) for block in reply["blocks"] for each in block["statements"]} == {()}


def test_the_state_carries_the_conversation(client):
    state = ask(client, "how do I sponsor someone").json["state"]
    assert ask(client, "give me an example", state).json["blocks"][1]["passage"] == "sponsor#example"


def test_the_same_question_gets_the_same_answer(client):
    replies = [ask(client, "what is a mentor").json for _ in range(2)]
    for reply in replies:
        reply.pop("state")
    assert replies[0] == replies[1]


@pytest.mark.parametrize(
    ("message", "detail"),
    [
        ("", "the message is empty; type a question"),
        (" \n\t ", "the message is empty; type a question"),
        ("\x00", "the message is empty; type a question"),
        ("x" * 2001, "the message has 2001 characters; 2000 is the most"),
    ],
)
def test_a_message_out_of_bounds_is_refused_with_the_reason(client, message, detail):
    assert problem(ask(client, message), 400)["detail"] == detail


@pytest.mark.parametrize(
    "body", ['{"message": 5}', '{"message": null}', '{"message": ["a"]}', "{}", '{"message": "\\ud800"}']
)
def test_a_message_that_is_no_text_is_refused(client, body):
    fields = problem(client.post("/api/chat", data=body, content_type="application/json"), 400)
    assert fields["type"].endswith(":message-refused")


def test_a_refusal_names_a_field_of_ours_and_none_of_the_readers(client):
    response = client.post("/api/role-finder", json={"answers": {"kumquat": 5}})
    assert "'answers'" in problem(response, 400)["detail"]
    assert "kumquat" not in response.text


@pytest.mark.parametrize("body", ["", "x", "[1]", '"text"', "[" * 60_000, b"\xff\xfe", '{"message": "a"'])
def test_a_body_that_is_no_json_object_is_refused(client, body):
    problem(client.post("/api/chat", data=body, content_type="application/json"), 400)


def test_another_media_type_is_refused(client):
    problem(client.post("/api/chat", data={"message": "hello"}), 415)


def test_a_body_of_a_megabyte_is_refused(client):
    problem(client.post("/api/chat", data="x" * 1_000_000, content_type="application/json"), 413)


def test_an_unknown_path_and_a_wrong_method_are_told(client):
    problem(client.get("/api/nothing"), 404)
    response = client.delete("/api/chat")
    problem(response, 405)
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    "message", ["😀", "<script>alert(1)</script>", "{{7*7}}", "'; DROP TABLE x; --", "مرحبا بك", "a\x00b"]
)
def test_strange_messages_get_a_reply(client, message):
    assert ask(client, message).status_code == 200


class TestState:
    @pytest.fixture
    def state(self, client):
        return ask(client, "how do I sponsor someone").json["state"]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda s: s[:-1],
            lambda s: "1.A" + s[2:],
            lambda s: "A" + s,
            lambda s: s + "A",
            lambda s: "x",
            lambda s: "\ud83d" * 3,
        ],
    )
    def test_a_changed_state_is_refused(self, client, state, spoil):
        fields = problem(ask(client, "hello", spoil(state)), 400)
        assert fields["type"].endswith(":state-refused")

    def test_a_state_signed_elsewhere_is_refused(self, client):
        foreign = URLSafeTimedSerializer("another key", salt=SALT).dumps([["answer", "sponsor#how-to", []]])
        assert "was not made here" in problem(ask(client, "hello", f"1.{foreign}"), 400)["detail"]

    def test_an_old_state_is_refused(self, client, state, monkeypatch):
        import itsdangerous.timed

        later = itsdangerous.timed.time.time() + timedelta(days=8).total_seconds()
        monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
        assert "too old" in problem(ask(client, "hello", state), 400)["detail"]

    def test_a_state_beyond_all_measure_is_refused_unread(self, client):
        assert "too long" in problem(ask(client, "hello", "A" * 20_000), 400)["detail"]

    def test_the_state_holds_nothing_that_was_typed(self, client, app):
        state = ask(client, "how do I sponsor someone with kumquats").json["state"]
        conversation = app.extensions["state_signer"].load(state)
        assert conversation.turns
        assert "kumquats" not in str(conversation)


def test_no_response_sets_a_cookie_or_may_be_stored(client):
    for response in (ask(client, "hello"), client.get("/"), client.post("/", data={"message": "hello"})):
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"


def test_probes(client, app):
    assert client.get("/healthz").json == {"status": "alive"}
    version = app.extensions["live_coach"].current().version
    assert client.get("/readyz").json == {"status": "ready", "index": version}


def test_the_openapi_document_describes_the_reply(client):
    document = client.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    schemas = document["components"]["schemas"]
    reply = ask(client, "how do I sponsor someone").json
    assert list(schemas["Answer"]["properties"]) == list(reply)
    assert list(schemas["Block"]["properties"]) == list(reply["blocks"][0])
    assert list(schemas["Source"]["properties"]) == list(reply["citations"][0]["source"])
    references = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document))
    assert set(references) <= set(schemas)


def test_every_get_path_of_the_openapi_document_answers(client):
    paths = client.get("/openapi.json").json["paths"]
    assert [client.get(path).status_code for path in paths if "get" in paths[path]] == [200, 200, 200]
