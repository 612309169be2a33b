"""The chat page as a browser without JavaScript meets it, and the fragment that the script asks for."""

import html
import re
from dataclasses import replace

import markupsafe
import pytest
from support import WordEncoder
from werkzeug.datastructures import MultiDict

from app import create_app
from coach.settings import Rate
from coach.web.views import FRAGMENT


def ask(client, message, **fields):
    response = client.post("/", data={"message": message, **fields})
    return response, html.unescape(response.text)


def field(text, name):
    """The value of the input of that name in the form that asks."""
    return text.split(f'<input id="{name}"')[1].split('value="')[1].split('"')[0]


def test_the_first_screen_says_what_it_is_and_offers_ways_in(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "nothing you type is kept" in response.text
    assert "autofocus" in response.text
    assert 'value="how do I sponsor someone"' in response.text


def test_an_answer_shows_sections_and_sources(client):
    response, text = ask(client, "how do I sponsor someone")
    assert response.status_code == 200
    assert "How to start sponsoring" in text
    assert '<a class="cite" href="#t0-s1" aria-label="Source 1" data-facts="f1">1</a>' in text
    assert 'id="t0-s1"' in text
    for part in (
        "Ada Alpha, Beta Team",
        "A Study of Alpha",
        "2019",
        "Journal of Letters",
        "Study",
        "https://example.org/alpha",
    ):
        assert part in text


def test_the_hidden_field_carries_the_conversation(client):
    _, text = ask(client, "how do I sponsor someone")
    _, text = ask(client, "give me an example", state=field(text, "state"))
    assert "A sponsor at a shipyard" in text
    assert "Earlier in this conversation" in text
    assert 'value="how do I sponsor someone">How to start sponsoring<' in text


def test_the_people_of_an_earlier_escalation_stay_in_sight(client):
    _, text = ask(client, "i want to die")
    _, text = ask(client, "how do I sponsor someone", state=field(text, "state"))
    assert "tel:5550100" in text
    assert text.index("tel:5550100") < text.index("How to start sponsoring")


def test_a_suggestion_wins_over_a_draft_which_stays_in_the_box(client):
    _, text = ask(client, "my draft", suggestion="what is a mentor")
    assert "What a mentor does" in text
    assert field(text, "message") == "my draft"


@pytest.mark.parametrize(
    "message", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "{% raw %}"]
)
def test_what_is_typed_is_never_markup(client, message):
    response, _ = ask(client, message)
    assert response.status_code == 200
    assert str(markupsafe.escape(message)) in response.text
    assert message not in response.text or markupsafe.escape(message) == message
    assert ">49<" not in response.text


@pytest.mark.parametrize(
    ("message", "trouble"),
    [
        ("   ", "the message is empty; type a question"),
        ("long " * 500, "2000 is the most"),
    ],
)
def test_a_refused_message_stands_in_the_box_again(client, message, trouble):
    response, text = ask(client, message, state="")
    assert response.status_code == 400
    assert trouble in text
    assert field(text, "message") == message
    assert 'aria-describedby="trouble"' in text


def test_a_refused_state_starts_afresh_and_loses_no_word(client):
    response, text = ask(client, "how do I sponsor someone", state="forged")
    assert response.status_code == 400
    assert "Ask again to start afresh" in text
    assert field(text, "message") == "how do I sponsor someone"
    assert field(text, "state") == ""


def test_an_escalation_shows_numbers_to_call_before_anything_else_but_two_sentences(client):
    _, text = ask(client, "i want to die")
    assert '<a class="call" href="tel:5550100">Call 555 0100</a>' in text
    assert text.index("Please reach out") < text.index("tel:5550100") < text.index("You may also call")


def test_a_way_to_leave_quickly_stands_before_the_numbers_and_stays(client):
    _, text = ask(client, "i want to die")
    leave = '<a class="leave" href="https://www.bbc.com/weather" target="_top" rel="noreferrer" data-leave>'
    assert text.index(leave) < text.index("tel:5550100")
    assert leave in ask(client, "how do I sponsor someone", state=field(text, "state"))[1]


def test_the_country_chosen_orders_the_numbers_and_travels_in_the_token_alone(client, app):
    _, text = ask(client, "i want to die")
    assert "Numbers for other countries" not in text
    _, text = ask(client, "i want to die", country="ZZ")
    assert '<button class="chip" name="country" value="ZZ" aria-pressed="true">Elsewhere</button>' in text
    assert text.index("Numbers for other countries") < text.index("tel:5550100")
    state = field(text, "state")
    assert app.extensions["state_signer"].load(state).country == "ZZ"
    _, text = ask(client, "i want to die", state=state)
    assert "Numbers for other countries" in text
    _, text = ask(client, "i want to die", state=state, country="US")
    assert "Numbers for other countries" not in text


def test_a_country_without_numbers_is_not_taken_over(client, app):
    for country in ("XX", "<b>", "us"):
        _, text = ask(client, "i want to die", country=country)
        assert app.extensions["state_signer"].load(field(text, "state")).country == ""


def kept(text):
    """What the form that saves the conversation would send."""
    form = text.split('<form id="keep"')[1].split("</form>")[0]
    return re.findall(r'name="said" value="(.*?)"', form)


def sent(client, page, form):
    """The page after a press of the button in this form, with all its hidden fields."""
    fields = MultiDict(re.findall(r'type="hidden" name="(\w+)" value="(.*?)"', form))
    return html.unescape(client.post(page, data=fields).text)


def test_the_whole_conversation_is_kept_as_it_was_typed_across_tools_and_the_choice_of_a_country(client):
    _, text = ask(client, "how do I sponsor my Ana")
    _, text = ask(client, "i want to die", state=field(text, "state"), said=kept(text))
    assert kept(text) == ["how do I sponsor my Ana", "i want to die"]
    countries = text.split('<form class="countries"')[1].split("</form>")[0]
    assert kept(sent(client, "/", countries)) == kept(text)
    # To a tool, and back.
    fields = {"state": field(text, "state"), "said": kept(text)}
    tool = html.unescape(client.post("/tools/role-finder", data={"open": "1", **fields}).text)
    back = tool.split('<form id="ask"')[1].split("</form>")[0] + 'type="hidden" name="resume" value="1"'
    text = sent(client, "/", back)
    assert kept(text) == ["how do I sponsor my Ana", "i want to die"]
    saved = client.post("/save", data={"said": kept(text)}).text
    assert saved.index("> how do I sponsor my Ana") < saved.index("> i want to die") < saved.index("555 0100")


def test_what_is_kept_of_a_long_conversation_is_the_newest_and_never_too_much_to_send(client):
    _, text = ask(client, "last", said=[f"turn {n}" for n in range(40)])
    assert kept(text) == [*(f"turn {n}" for n in range(11, 40)), "last"]
    said = ["\N{GRINNING FACE}" * 600] * 4
    response = client.post("/", data={"message": "\N{GRINNING FACE}" * 2000, "said": said})
    assert response.status_code == 200
    assert len(kept(response.text)) == 1


@pytest.mark.parametrize("refused", ["empty", "too-often"])
def test_a_page_with_trouble_still_shows_what_it_showed(settings, refused):
    client = create_app(replace(settings, limit_client=Rate("3 per minute")), WordEncoder).test_client()
    _, text = ask(client, "i want to die", country="ZZ")
    _, text = ask(client, "how do I sponsor someone", state=field(text, "state"), said="i want to die")
    if refused == "too-often":
        client.get("/")
    response, text = ask(client, " ", state=field(text, "state"), said=kept(text))
    assert response.status_code == (429 if refused == "too-often" else 400)
    assert "People who can help" in text
    # Elsewhere is still where the reader is.
    assert "tel:5550100" not in text
    assert "Earlier in this conversation" in text
    assert kept(text) == ["i want to die", "how do I sponsor someone"]


def test_what_was_not_meant_leads_to_the_next_nearest_pages(client):
    _, text = ask(client, "how do I sponsor someone")
    missed = text.split("This is not what I meant")[1].split("Tell the editors")[0]
    assert 'value="how do I mentor someone"' in missed
    assert "sponsor" not in missed


def test_the_form_for_the_editors_holds_what_was_typed_and_stands_under_no_escalation(client):
    for message in ("how do I sponsor someone", "where is the printer", "stuck"):
        _, text = ask(client, message)
        assert f"\n{message}</textarea>" in text
    for message in ("i want to die", "hello"):
        assert "Send to the editors" not in ask(client, message)[1]


def test_the_fragment_holds_one_exchange_and_the_next_state(client):
    response = client.post("/", data={"message": "what is a mentor"}, headers={FRAGMENT: "3"})
    assert response.text.lstrip().startswith("<div data-state=")
    assert 'id="t3"' in response.text
    assert "<html" not in response.text


@pytest.mark.parametrize("number", ["x", "-1", "9999999", "٣", "<b>"])
def test_a_strange_turn_number_does_no_harm(client, number):
    response = client.post(
        "/", data={"message": "what is a mentor"}, headers={FRAGMENT: number.encode().decode("latin-1")}
    )
    assert 'id="t0"' in response.text


def test_an_unknown_page_is_told_to_a_person(client):
    response = client.get("/nothing", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "Back to the conversation" in response.text


def test_a_form_beyond_all_measure_is_told_to_a_person(client):
    response = client.post("/", data={"message": "x" * 1_000_000})
    assert response.status_code == 413
    assert "Back to the conversation" in response.text


def test_headers_forbid_inline_code(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for page in (client.get("/").text, ask(client, "i want to die")[0].text):
        assert "<style" not in page
        assert " style=" not in page
        assert "onclick" not in page
        assert page.count("<script") == page.count('<script src="')
