"""An answer or a conversation as a Markdown file, made from the messages that the page sends back."""

import pytest

from coach.web.saving import MOST_MESSAGES


def save(client, *said, state=""):
    return client.post("/save", data={"said": list(said), "state": state})


def test_an_answer_is_saved_with_its_sources(client):
    response = save(client, "how do I sponsor someone")
    assert response.mimetype == "text/markdown"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="allyship-coach-20')
    assert "> how do I sponsor someone\n\n### What a sponsor does\n\nA sponsor uses influence" in response.text
    assert "- **In ten seconds:** Name the person whose idea it was. [2]\n" in response.text
    assert "### Sources\n\n1. Ada Alpha, Beta Team. A Study of Alpha. Journal of Letters, 2019" in response.text
    assert "<https://example.org/alpha>" in response.text


def test_a_whole_conversation_is_saved_in_its_order_with_what_follows_from_what(client):
    text = save(client, "how do I sponsor someone", "give me an example").text
    assert text.index("> how do I sponsor someone") < text.index("> give me an example")
    assert text.index("> give me an example") < text.index("### A sponsor at a shipyard")


def test_an_answer_is_saved_after_the_conversation_that_it_followed(client):
    state = client.post("/api/chat", json={"message": "how do I sponsor someone"}).json["state"]
    assert "### A sponsor at a shipyard" in save(client, "give me an example", state=state).text


def test_an_escalation_is_saved_with_its_numbers_first(client):
    text = save(client, "i want to die").text
    assert text.index("555 0100") < text.index("Please reach out")


def test_what_is_typed_is_text_in_the_file_too(client):
    assert "> \\<b\\>sponsor\\</b\\> \\# \\[x\\](y)" in save(client, "<b>sponsor</b> # [x](y)").text
    assert (
        "> what does \\&copy; on a sponsor's page mean"
        in save(client, "what does &copy; on a sponsor's page mean").text
    )


def test_the_name_of_the_file_holds_nothing_that_was_typed(client):
    assert "kumquat" not in str(save(client, "how do I sponsor a kumquat").headers)


@pytest.mark.parametrize("count", [0, MOST_MESSAGES + 1])
def test_nothing_and_too_much_are_refused(client, count):
    response = save(client, *["what is a mentor"] * count)
    assert response.status_code == 400
    assert f"these are {count}" in response.text


def test_a_forged_state_is_refused(client):
    assert save(client, "what is a mentor", state="forged").status_code == 400
