"""The tools in a real browser, by keyboard alone: the role finder, and a plan from an answer to its day."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import expect
from steps import ask

pytestmark = [pytest.mark.browser, pytest.mark.model]


def press(page, button):
    """Reach the button by keyboard and press it."""
    button.focus()
    page.keyboard.press("Enter")


def test_the_role_finder_by_keyboard(page, site):
    page.goto(f"{site.address}/tools/role-finder")
    page.get_by_label("They told me").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    # Within a question the arrows choose.
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("An open door")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sponsor")).to_be_visible()
    expect(page.get_by_text("You are in the room.")).to_be_visible()
    assert page.url == f"{site.address}/tools/role-finder"


def test_a_plan_from_an_answer_to_its_day(page, site):
    page.goto(site.address)
    ask(page, "how do I sponsor someone?")
    page.get_by_label("Your question").fill("a draft")
    press(page, page.get_by_role("button", name="Make this my next step"))
    expect(page.get_by_label("I will …")).to_have_value('"Would it help if I spoke about your work?"')
    press(page, page.get_by_role("button", name="Take this In ten seconds"))
    expect(page.get_by_label("I will …")).to_have_value("Name the person whose idea it was.")
    page.get_by_label("When …").fill("If an idea comes back under another name")
    page.get_by_label("For whom?").fill("Amara Bello")
    # Enter makes the plan; it does not take the first of the steps.
    page.get_by_label("For whom?").press("Enter")
    expect(page.get_by_label("For whom?")).to_be_focused()
    expect(page.get_by_label("For whom?")).to_have_value("Amara Bello")
    press(page, page.get_by_role("button", name="Use A.B."))
    expect(page.locator(".plan")).to_contain_text("Name the person whose idea it was.")
    with page.expect_download() as download:
        press(page, page.get_by_role("button", name="Put it in a calendar"))
    event = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")[0]
    assert event.decoded("dtstart") == date.today() + timedelta(days=7)
    press(page, page.get_by_role("button", name="Back to the conversation"))
    expect(page.get_by_label("Your question")).to_have_value("a draft")
    ask(page, "what is a mentor")
    press(page, page.get_by_role("button", name="My next step", exact=True))
    expect(page.locator(".plan")).to_contain_text("A.B.")
    assert "?" not in page.url


def test_the_day_to_check_back(page, site):
    page.goto(f"{site.address}/tools/check-back")
    press(page, page.get_by_role("button", name="It went badly"))
    expect(page.get_by_role("heading", name="Look after the person")).to_be_visible()
    press(page, page.get_by_role("button", name="Words for a sponsor"))
    expect(page.locator(".said")).to_have_text("which words does a sponsor say")


def test_a_plan_that_is_due_is_asked_about_in_the_chat(page, site, scripted):
    page.goto(f"{site.address}/tools/next-step")
    page.get_by_label("When …").fill("At noon")
    page.get_by_label("I will …").fill("ask")
    page.get_by_label("Check back on").fill(date.today().isoformat())
    press(page, page.get_by_role("button", name="Make the plan").last)
    press(page, page.get_by_role("button", name="Back to the conversation"))
    expect(page.get_by_role("heading", name="You planned a next step")).to_be_visible()
    ask(page, "what is a mentor")
    press(page, page.locator(".exchange").get_by_role("button", name="It went well"))
    expect(page.get_by_role("heading", name="Ask whether it was of use")).to_be_visible()


@pytest.mark.parametrize("path", ["role-finder", "next-step", "check-back"])
def test_a_phone_needs_no_sideways_scrolling(page, site, path):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site.address}/tools/{path}")
    wide = page.locator("body *").evaluate_all("all => all.filter(e => e.getBoundingClientRect().right > 320).length")
    assert wide == 0
