"""Whatever arrives, in whatever form: an answer or a clear refusal, never a fault. `--long` tries far more cases."""

import html
import json

import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from support import SMALL_KNOWLEDGE, TODAY, WordEncoder

from app import create_app
from coach.content.knowledge import read_knowledge
from coach.errors import ContentFaults, MessageRefused, StateRefused
from coach.published import load_coach
from coach.settings import Settings
from coach.web.state import Conversation, StateSigner

# Half characters, controls, right-to-left marks and what templates and parsers take for their own.
MARKS = st.sampled_from([*"<>\"'&#]\x00\u202e\ud800", "{{", "}}", "{%", "[@", "---\n", "<script>", "<img src=x"])
TEXT = st.lists(st.one_of(st.text(max_size=40), MARKS, st.just("how do I sponsor someone ")), max_size=30).map("".join)
FILES = sorted(path.relative_to(SMALL_KNOWLEDGE).as_posix() for path in SMALL_KNOWLEDGE.rglob("*.*"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def app(built):
    return create_app(Settings(knowledge=built.knowledge, var=built.var, limit_client="", limit_all=""), WordEncoder)


@pytest.fixture(scope="module")
def client(app):
    return app.test_client()


@pytest.fixture(scope="module")
def coach(built):
    return load_coach(built.index_folder, WordEncoder())[1]


@pytest.fixture(scope="module")
def knowledge_copy(tmp_path_factory):
    import shutil

    return shutil.copytree(SMALL_KNOWLEDGE, tmp_path_factory.mktemp("fuzz") / "knowledge")


@pytest.fixture(scope="module")
def described(app):
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        ("POST", "/api/chat", GenerationMode.POSITIVE),
        ("POST", "/api/chat", GenerationMode.NEGATIVE),
        ("GET", "/healthz", GenerationMode.POSITIVE),
        ("GET", "/readyz", GenerationMode.POSITIVE),
    ],
)
def test_the_api_does_what_its_description_says(described, method, path, mode):
    checks = (not_a_server_error, content_type_conformance, response_schema_conformance)

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def holds(case):
        # The tool reads no compressed bodies.
        case.call_and_validate(checks=checks, headers={"Accept-Encoding": "identity"})

    holds()


@given(message=VALUES, state=VALUES)
def test_any_json_gets_an_answer_or_a_problem(client, message, state):
    body = json.dumps({"message": message, "state": state})
    response = client.post("/api/chat", data=body, content_type="application/json")
    assert response.status_code in (200, 400)
    assert response.json


@given(
    body=st.binary(max_size=300), kind=st.sampled_from(["application/json", "text/plain", "multipart/form-data", ""])
)
def test_any_bytes_get_an_answer_or_a_problem(client, body, kind):
    assert client.post("/api/chat", data=body, content_type=kind).status_code in (200, 400, 415)
    assert client.post("/", data=body, content_type=kind).status_code in (200, 400)


@given(
    path=st.text(max_size=60), fragment=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=9)
)
def test_any_path_is_found_or_not(client, path, fragment):
    headers = {"X-Coach-Fragment": fragment, "Accept": fragment}
    assert client.get("/" + path, headers=headers).status_code < 500


@given(message=TEXT)
def test_any_message_is_shown_as_typed_and_as_nothing_else(client, message):
    response = client.post("/", data={"message": message.encode("utf-8", "surrogatepass")})
    assert response.status_code in (200, 400)
    for mark in ("<script>", "<img src=x"):
        assert mark not in response.text
    # What is between angle brackets in the reply are our own elements, whose names are letters.
    assert "<>" not in response.text
    typed = message.strip()
    if response.status_code == 200 and typed.isascii() and typed.isprintable():
        assert typed in html.unescape(response.text)


@given(message=TEXT, number=st.integers(0, 3))
def test_any_message_takes_a_route_or_is_refused(coach, message, number):
    turns = ()
    try:
        for _ in range(number):
            _, turns = coach.reply("what is a mentor", turns)
        answer, turns = coach.reply(message, turns)
    except MessageRefused:
        return
    assert answer.blocks
    assert len(turns) <= 6


@given(token=st.one_of(TEXT, st.text("0123456789ABCabc-_.=", max_size=200).map("1.{}".format)))
def test_no_token_but_ours_is_read(token):
    signer = StateSigner(("a key of some length",), max_age=60)
    try:
        assert signer.load(token) == Conversation()
        assert token == ""
    except StateRefused:
        pass


@given(data=st.data())
def test_any_content_is_read_or_its_faults_are_listed(knowledge_copy, data):
    path = knowledge_copy / data.draw(st.sampled_from(FILES))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.one_of(st.binary(max_size=20), TEXT.map(lambda text: text.encode("utf-8", "surrogatepass"))))
    path.write_bytes(whole[:at] + put + whole[at + cut :])
    try:
        read_knowledge(knowledge_copy, today=TODAY)
    except ContentFaults:
        # Any other exception would be a fault of ours.
        pass
    finally:
        path.write_bytes(whole)
