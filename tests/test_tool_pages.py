"""The tools at the front door: as pages without JavaScript, in the chat, and in the JSON API."""

import html
import itertools
import json
import re
from datetime import date, timedelta

import markupsafe
import pytest
from icalendar import Calendar
from support import TODAY

from coach.web.views import FRAGMENT

ROLE_FINDER, NEXT_STEP, CHECK_BACK = "/tools/role-finder", "/tools/next-step", "/tools/check-back"
ANSWERS = {"asked": "told", "wish": "door", "room": "inside"}
FIELDS = {"when": "If Ana is cut off", "will": "hand the floor back", "whom": "A.B.", "check_back": "2026-11-29"}
MARKUP = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><b>", "{{7*7}}", "' autofocus x='"]


@pytest.fixture(autouse=True)
def today(app):
    """The day that the application takes for today; call it to move on."""

    def move(day):
        app.extensions["today"] = lambda: day

    move(TODAY)
    return move


def field(text, name):
    """What stands in an input, told by its id, or else by its name: hidden ones of several forms have the same."""
    named = [rf'<input [^>]*\b{key}="{name}"[^>]*\bvalue="([^"]*)"' for key in ("id", "name")]
    return next(filter(None, (re.search(pattern, text) for pattern in named)))[1]


def post(client, page, **fields):
    response = client.post(page, data=fields)
    return response, html.unescape(response.text)


def planned(client, **fields):
    """The state that holds a plan."""
    response, text = post(client, NEXT_STEP, make="1", **(FIELDS | fields))
    assert response.status_code == 200
    return field(text, "state")


class TestRoleFinder:
    def test_the_questions_stand_on_a_page_of_their_own(self, client):
        text = client.get(ROLE_FINDER).text
        assert text.count("<fieldset") == text.count("<legend") == 3
        assert " checked>" not in text

    def test_the_roles_come_with_reasons_sources_and_a_first_step(self, client):
        response, text = post(client, ROLE_FINDER, **ANSWERS)
        assert response.status_code == 200
        for part in (">Sponsor</a></h2>", "They want an open door.", "You are in the room.", "A Study of Alpha"):
            assert part in text
        assert "Name the person whose idea it was." in text

    def test_a_missing_answer_is_asked_for_and_the_others_stay(self, client):
        response, text = post(client, ROLE_FINDER, asked="told", room="inside")
        assert response.status_code == 400
        assert '<a href="#wish">What do they want?</a>' in text
        assert text.count(" checked>") == 2
        assert 'id="wish-trouble"' in text
        assert 'id="room-trouble"' not in text

    @pytest.mark.parametrize("payload", MARKUP)
    def test_an_answer_that_is_not_on_the_page_does_no_harm(self, client, payload):
        response, _ = post(client, ROLE_FINDER, **(ANSWERS | {"wish": payload}))
        assert response.status_code == 400
        assert payload not in response.text

    def test_the_conversation_goes_on_from_the_role(self, client):
        _, text = post(client, ROLE_FINDER, **ANSWERS)
        _, text = post(client, "/", message="give me an example", state=field(text, "state"))
        assert "A sponsor at a shipyard" in text

    def test_the_state_holds_no_answer(self, client, app):
        _, text = post(client, ROLE_FINDER, **ANSWERS)
        held = app.extensions["state_signer"].load(field(text, "state"))
        assert [turn.asked for turn in held.turns] == ["sponsor#how-to"]
        assert "inside" not in str(held)

    def test_a_refused_state_loses_no_answer(self, client):
        response, text = post(client, ROLE_FINDER, state="forged", **ANSWERS)
        assert response.status_code == 400
        assert "was not made here" in text
        assert text.count(" checked>") == 3
        assert field(text, "state") == ""

    def test_somebody_from_the_chat_finds_the_questions_and_the_draft_again(self, client):
        response, text = post(client, ROLE_FINDER, open="1", message="my draft")
        assert response.status_code == 200
        assert "Still open" not in text
        _, text = post(client, "/", resume="1", message=field(text, "message"), state=field(text, "state"))
        assert field(text, "message") == "my draft"


class TestNextStep:
    def test_a_page_of_its_own(self, client):
        response = client.get(NEXT_STEP)
        assert response.status_code == 200
        assert field(response.text, "check_back") == "2026-11-29"
        assert "Or take one of these" not in response.text

    def test_an_answer_fills_the_form_with_its_pages_steps(self, client):
        _, text = post(client, "/", message="when does being a sponsor backfire")
        assert 'name="passage" value="sponsor#pitfall">Make this my next step' in text
        _, text = post(client, NEXT_STEP, passage="sponsor#pitfall")
        assert '>"Would it help if I spoke about your work?"</textarea>' in text
        _, text = post(client, NEXT_STEP, passage="sponsor#pitfall", take="1", when="On Monday", will="mine", whom="Jo")
        assert ">Name the person whose idea it was.</textarea>" in text
        assert (field(text, "when"), field(text, "whom")) == ("On Monday", "Jo")

    def test_a_plan_is_shown_and_survives_further_turns(self, client):
        state = planned(client)
        for message in ("how do I sponsor someone", "give me an example"):
            _, text = post(client, "/", message=message, state=state)
            state = field(text, "state")
            assert "How did it go" not in text
        _, text = post(client, NEXT_STEP, keep="show", state=state)
        for part in ("If Ana is cut off", "hand the floor back", "A.B.", "29 November 2026"):
            assert part in text

    def test_danger_is_heard_in_a_plan_too(self, client):
        fields = FIELDS | {"will": "i want to die"}
        _, text = post(client, NEXT_STEP, make="1", **fields)
        assert text.index("tel:5550100") < text.index("If Ana is cut off")
        reply = client.post("/api/next-step", json=fields).json["reply"]
        assert (reply["kind"], reply["contacts"][0]["phone"]) == ("escalate", "555 0100")
        calm = FIELDS | {"when": "In the next meeting", "will": "sponsor someone on the team"}
        _, text = post(client, NEXT_STEP, make="1", **calm)
        assert "sponsor someone on the team" in text
        assert "tel:" not in text

    def test_whom_a_plan_points_to_stays_in_sight(self, client):
        state = planned(client, will="i want to die")
        assert "tel:5550100" in post(client, "/", resume="1", state=state)[1]
        assert "tel:5550100" in post(client, "/", message="what is a mentor", state=state)[1]
        state = client.post("/api/next-step", json=FIELDS | {"will": "i want to die"}).json["state"]
        assert "tel:5550100" in post(client, "/", message="what is a mentor", state=state)[1]

    def test_the_headings_of_a_plan_that_points_to_people_are_in_order(self, client):
        _, text = post(client, NEXT_STEP, make="1", **(FIELDS | {"will": "i want to die"}))
        levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
        assert levels[:3] == [1, 2, 2]
        assert all(after - before < 2 for before, after in itertools.pairwise(levels))

    def test_a_step_of_our_own_page_is_no_cry_for_help(self, settings, publish, client):
        path = settings.knowledge / "roles" / "sponsor.md"
        path.write_text(path.read_text().replace("Name the person whose idea it was.", "I want to die is heard."))
        publish()
        fields = FIELDS | {"passage": "sponsor#how-to", "when": "what is a mentor", "will": "I want to die is heard."}
        assert "tel:" not in post(client, NEXT_STEP, make="1", **fields)[1]
        assert "tel:" in post(client, NEXT_STEP, make="1", **(fields | {"passage": ""}))[1]

    def test_a_full_name_is_answered_kindly_and_nothing_is_lost(self, client):
        response, text = post(client, NEXT_STEP, make="1", **(FIELDS | {"whom": "Amara Bello"}))
        assert response.status_code == 400
        assert "Initials are enough, so that the plan names nobody; “A.B.” would do." in text
        assert [field(text, name) for name in ("when", "whom", "check_back")] == [
            FIELDS["when"],
            "Amara Bello",
            FIELDS["check_back"],
        ]
        assert 'name="initials" value="A.B."' in text
        response, text = post(client, NEXT_STEP, initials="A.B.", **(FIELDS | {"whom": "Amara Bello"}))
        assert response.status_code == 200
        assert "Amara" not in text

    def test_a_day_that_has_passed_is_told_beside_its_field(self, client):
        response, text = post(client, NEXT_STEP, make="1", **(FIELDS | {"check_back": "2026-11-21"}))
        assert response.status_code == 400
        assert "That day has passed; choose one from today on, as in 2026-11-29." in text
        assert 'aria-describedby="check_back-hint check_back-trouble" aria-invalid="true" autofocus' in text

    @pytest.mark.parametrize("name", ["when", "will", "whom", "check_back", "passage", "message", "state"])
    @pytest.mark.parametrize("payload", MARKUP)
    def test_what_is_typed_is_never_markup(self, client, name, payload):
        for button in ({"make": "1"}, {"take": "0"}, {}):
            response, _ = post(client, NEXT_STEP, **button, **(FIELDS | {name: payload}))
            assert payload not in response.text or str(markupsafe.escape(payload)) == payload
            assert ">49<" not in response.text
            if name in ("when", "will", "message"):
                assert str(markupsafe.escape(payload)) in response.text

    @pytest.mark.parametrize("payload", MARKUP)
    def test_a_plan_is_never_markup(self, client, payload):
        state = planned(client, when=payload, will=payload)
        for keep in ("show", "print", "change"):
            response, _ = post(client, NEXT_STEP, keep=keep, state=state)
            assert str(markupsafe.escape(payload)) in response.text
        for page, data in ((CHECK_BACK, {"went": "well"}), (CHECK_BACK, {}), ("/", {"message": "what is a mentor"})):
            response, _ = post(client, page, state=state, **data)
            assert payload not in response.text or str(markupsafe.escape(payload)) == payload

    def test_the_calendar_file_names_the_stable_page_and_nothing_else_in_its_address(self, client):
        response, _ = post(client, NEXT_STEP, keep="calendar", state=planned(client))
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="next-step.ics"'
        event = Calendar.from_ical(response.data).walk("VEVENT")[0]
        assert event["url"] == "http://localhost/tools/check-back"
        assert event.decoded("dtstart") == date(2026, 11, 29)

    def test_markdown_and_a_page_to_print(self, client):
        state = planned(client)
        response, text = post(client, NEXT_STEP, keep="markdown", state=state)
        assert response.headers["Content-Disposition"] == 'attachment; filename="next-step.md"'
        assert "- **When:** If Ana is cut off" in text
        _, text = post(client, NEXT_STEP, keep="print", state=state)
        assert "If Ana is cut off" in text
        assert "http://localhost/tools/check-back" in text

    def test_a_plan_can_be_changed_and_forgotten(self, client):
        state = planned(client)
        _, text = post(client, NEXT_STEP, keep="change", state=state)
        assert field(text, "when") == FIELDS["when"]
        assert "This one takes its place" in text
        _, text = post(client, NEXT_STEP, keep="forget", state=state)
        assert "takes its place" not in text
        response, text = post(client, NEXT_STEP, keep="show", state=field(text, "state"))
        assert response.status_code == 400
        assert "There is no plan in this conversation" in text

    def test_a_refused_state_loses_nothing_that_was_written(self, client):
        response, text = post(client, NEXT_STEP, make="1", state="forged", **FIELDS)
        assert response.status_code == 400
        assert "was not made here" in text
        assert field(text, "when") == FIELDS["when"]


class TestCheckBack:
    def test_the_next_turn_on_the_day_asks_how_it_went(self, client, today):
        state = planned(client)
        today(date(2026, 11, 29))
        response = client.post("/", data={"message": "what is a mentor", "state": state}, headers={FRAGMENT: "1"})
        assert "You planned a next step. How did it go?" in response.text
        assert 'name="went" value="badly">It went badly' in response.text

    def test_the_next_visit_asks_too(self, client, today):
        state = planned(client)
        today(date(2026, 11, 30))
        _, text = post(client, "/", resume="1", state=state)
        assert "You planned a next step. How did it go?" in text

    def test_somebody_in_danger_is_not_asked(self, client, today):
        state = planned(client)
        today(date(2026, 11, 29))
        _, text = post(client, "/", message="i want to die", state=state)
        assert "tel:5550100" in text
        assert "You planned a next step" not in text
        assert "Make this my next step" not in text

    def test_what_went_badly_leads_to_a_repair_and_is_asked_once(self, client, today):
        state = planned(client)
        today(date(2026, 11, 29))
        _, text = post(client, CHECK_BACK, went="badly", state=state)
        assert "Look after the person" in text
        assert "HR can start a process." in text
        assert 'name="will" value="hand the floor back"' in text
        _, text = post(client, "/", message="what is a mentor", state=field(text, "state"))
        assert "You planned a next step" not in text

    def test_the_stable_page_works_without_the_conversation(self, client):
        assert "It went badly" in client.get(CHECK_BACK).text
        _, text = post(client, CHECK_BACK, went="well")
        assert "Ask whether it was of use" in text

    @pytest.mark.parametrize("went", ["", "sideways", "<b>"])
    def test_an_outcome_that_is_not_on_the_page_asks_again(self, client, went):
        response, text = post(client, CHECK_BACK, went=went)
        assert response.status_code == 200
        assert "It went badly" in text


class TestToken:
    def age(self, monkeypatch, days):
        import itsdangerous.timed

        later = itsdangerous.timed.time.time() + timedelta(days=days).total_seconds()
        monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)

    def test_a_plan_outlives_its_conversation(self, client, app, monkeypatch, today):
        _, text = post(client, "/", message="how do I sponsor someone")
        state = planned(client, state=field(text, "state"), check_back="2027-02-01")
        self.age(monkeypatch, 71)
        today(date(2027, 2, 1))
        held = app.extensions["state_signer"].load(state)
        assert held.turns == ()
        assert held.plan.will == "hand the floor back"

    def test_a_plan_that_nobody_came_back_to_is_let_go(self, client, monkeypatch, today):
        state = planned(client)
        self.age(monkeypatch, 38)
        today(date(2026, 12, 30))
        response, text = post(client, "/", message="what is a mentor", state=state)
        assert response.status_code == 400
        assert "too old" in text

    def test_the_longest_plan_fits_beside_a_whole_conversation(self, client):
        state = ""
        for _ in range(7):
            _, text = post(client, "/", message="how do I sponsor someone", state=state)
            state = field(text, "state")
        letters = "".join(chr(0x4E00 + 37 * n) for n in range(400))
        state = planned(client, state=state, when=letters[:200], will=letters)
        response, _ = post(client, "/", message="what is a mentor", state=state)
        assert response.status_code == 200


def test_a_message_that_is_refused_leaves_the_plan_in_reach(client):
    response, text = post(client, "/", message=" ", state=planned(client))
    assert response.status_code == 400
    assert 'name="keep" value="show">My next step' in text


def test_the_chat_offers_the_tools_and_the_plan(client):
    assert "Plan a next step" in client.get("/").text
    _, text = post(client, "/", resume="1", state=planned(client))
    assert 'name="keep" value="show">My next step' in text


@pytest.mark.parametrize(("intent", "offer"), [("choose-role", "Find your role"), ("plan", "Write your if-then plan")])
def test_an_answer_offers_the_tool_that_fits_it(settings, publish, client, intent, offer):
    path = settings.knowledge / "roles" / "sponsor.md"
    path.write_text(path.read_text().replace("reviewed:", f"intent: {intent}\nreviewed:"))
    publish()
    assert offer in post(client, "/", message="how do I sponsor someone")[1]
    assert offer not in post(client, "/", message="what is a mentor")[1]


def test_without_an_index_what_was_sent_to_a_tool_can_be_sent_again(client, settings):
    (settings.index_folder / "current").unlink()
    response, text = post(client, NEXT_STEP, make="1", **FIELDS)
    assert response.status_code == 503
    assert '<input type="hidden" name="will" value="hand the floor back">' in text
    assert "Try again" in text


def test_no_tool_may_be_stored_or_put_anything_into_an_address(client):
    for page in (ROLE_FINDER, NEXT_STEP, CHECK_BACK):
        for response in (client.get(page), client.post(page, data=FIELDS | ANSWERS)):
            assert response.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in response.headers
            assert 'method="get"' not in response.text.casefold()
            assert response.text.count("<form") == response.text.count('method="post"')


class TestApi:
    def test_the_questions_and_the_roles(self, client):
        questions = client.get("/api/role-finder").json["questions"]
        assert [question["id"] for question in questions] == list(ANSWERS)
        reply = client.post("/api/role-finder", json={"answers": ANSWERS}).json
        assert (reply["kind"], reply["intent"], reply["roles"]) == ("answer", "choose-role", ["sponsor"])
        assert reply["state"]

    def test_a_missing_answer_is_a_problem(self, client):
        response = client.post("/api/role-finder", json={"answers": {"asked": "told"}})
        assert response.status_code == 400
        assert response.json["type"].endswith(":answers-refused")
        assert "wish, room" in response.json["detail"]

    def test_a_plan_with_its_files_and_state(self, client, app):
        reply = client.post("/api/next-step", json=FIELDS | {"passage": "sponsor#how-to"}).json
        assert reply["plan"] == FIELDS | {"passage": "sponsor#how-to"}
        assert Calendar.from_ical(reply["calendar"]).walk("VEVENT")
        assert reply["markdown"].startswith("# My next step")
        reply = client.post("/api/chat", json={"message": "what is a mentor", "state": reply["state"]}).json
        assert app.extensions["state_signer"].load(reply["state"]).plan.whom == "A.B."

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"whom": "Amara"}, "“A.” would do"),
            ({"check_back": "soon"}, "write the day"),
            ({"when": "\ud83d"}, "when:"),
        ],
    )
    def test_a_plan_that_cannot_be_kept_is_a_problem(self, client, fields, told):
        response = client.post("/api/next-step", data=json.dumps(FIELDS | fields), content_type="application/json")
        assert response.status_code == 400
        assert response.json["type"].endswith(":plan-refused")
        assert told in response.json["detail"]
