"""When it is a matter for people: numbers to call, those of one's own country first, and a quick way out."""

import pytest
from playwright.sync_api import expect
from steps import ask, plan_what_needs_people

pytestmark = pytest.mark.browser


@pytest.fixture
def escalated(page, chat):
    """A page that points to people; the innocent page is served here."""
    page.route("https://www.bbc.com/**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    page.goto("about:blank")
    page.goto(chat.address)
    ask(page, "i want to die")
    return page


def test_numbers_are_links_to_call(escalated):
    expect(escalated.get_by_role("link", name="Call 555 0100")).to_have_attribute("href", "tel:5550100")


def test_the_country_is_chosen_once_for_the_whole_conversation(escalated):
    escalated.get_by_role("button", name="Elsewhere").click()
    expect(escalated.get_by_text("Numbers for other countries")).to_be_visible()
    expect(escalated.get_by_role("link", name="Call 555 0100")).to_be_hidden()
    expect(escalated.get_by_role("button", name="Elsewhere")).to_have_attribute("aria-pressed", "true")
    ask(escalated, "i want to kill myself tonight")
    expect(escalated.get_by_role("button", name="Elsewhere").last).to_have_attribute("aria-pressed", "true")


def test_leaving_quickly_leads_to_an_innocent_page(escalated):
    escalated.get_by_role("link", name="Leave this page quickly").click()
    expect(escalated.get_by_role("heading", name="Weather")).to_be_visible()


def test_the_country_goes_along_to_a_tool(escalated):
    escalated.get_by_role("button", name="Elsewhere").click()
    expect(escalated.get_by_text("Numbers for other countries")).to_be_visible()
    escalated.get_by_role("button", name="Plan a next step").click()
    plan_what_needs_people(escalated)
    expect(escalated.get_by_text("Numbers for other countries")).to_be_visible()
    expect(escalated.get_by_role("link", name="Call 555 0100")).to_be_hidden()


@pytest.mark.parametrize("scripted", [True], indirect=True, ids=["with-javascript"])
class TestWithJavascript:
    def test_leaving_quickly_leaves_nothing_in_the_history_and_no_draft(self, escalated, chat):
        escalated.get_by_label("Your question").fill("a draft")
        escalated.get_by_text("Sources (").click()
        escalated.get_by_role("link", name="Source 2").first.click()
        escalated.get_by_role("link", name="Leave this page quickly").click()
        expect(escalated.get_by_role("heading", name="Weather")).to_be_visible()
        escalated.go_back()
        assert escalated.url == "about:blank"
        escalated.goto(chat.address)
        expect(escalated.get_by_label("Your question")).to_have_value("")

    def test_leaving_a_plan_quickly_leaves_it_out_of_the_history(self, escalated, chat):
        escalated.goto("about:blank")
        escalated.goto(f"{chat.address}/tools/next-step")
        plan_what_needs_people(escalated)
        before = escalated.evaluate("history.length")
        escalated.get_by_role("link", name="Leave this page quickly").click()
        expect(escalated.get_by_role("heading", name="Weather")).to_be_visible()
        assert escalated.evaluate("history.length") == before
        escalated.go_back()
        # The empty form, which says nothing of anybody.
        expect(escalated.get_by_label("I will …")).to_have_value("")
        assert "die" not in escalated.locator("main").inner_text()

    def test_the_choice_keeps_its_focus_and_its_place(self, escalated):
        ask(escalated, "what is a mentor")
        escalated.get_by_role("button", name="Elsewhere").click()
        expect(escalated.get_by_role("button", name="Elsewhere")).to_be_focused()
        expect(escalated.locator("#log .said")).to_have_text(["i want to die", "what is a mentor"])

    def test_a_lost_connection_leaves_all_numbers_shown(self, escalated):
        escalated.context.set_offline(True)
        escalated.get_by_role("button", name="Elsewhere").click()
        expect(escalated.locator("#status")).to_contain_text("All numbers are still shown")
        expect(escalated.get_by_role("link", name="Call 555 0100")).to_be_visible()
