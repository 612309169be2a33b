"""The main job in a real browser: ask, read, open a citation, follow up; with JavaScript and without."""

import pytest
from playwright.sync_api import expect
from steps import ask

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_ask_read_open_a_citation_and_follow_up(page, site, scripted):
    page.goto(site.address)
    expect(page.get_by_label("Your question")).to_be_focused()
    ask(page, "how do I sponsor someone?")
    expect(page.get_by_role("heading", name="How to start sponsoring")).to_be_visible()
    page.get_by_role("link", name="Source 1").first.click()
    source = page.locator(".sources li").first
    for part in ("Ada Alpha", "A Study of Alpha", "2019", "Journal of Letters", "Study"):
        expect(source).to_contain_text(part)
    expect(source.get_by_role("link", name="A Study of Alpha")).to_have_attribute("href", "https://example.org/alpha")
    expect(source).to_be_visible()
    ask(page, "give me an example")
    expect(page.get_by_role("heading", name="A sponsor at a shipyard", level=3)).to_be_visible()
    assert page.locator(".exchange").count() == (2 if scripted else 1)


def test_with_javascript_there_is_no_reload_and_without_there_is_one(page, site, scripted):
    page.goto(site.address)
    loads = []
    # Asked for before the answer can be seen; the event that says "loaded" may come after.
    page.on("request", lambda request: request.is_navigation_request() and loads.append(request.url))
    ask(page, "what is a mentor")
    expect(page.get_by_role("heading", name="What a mentor does")).to_be_visible()
    assert len(loads) == (0 if scripted else 1)


def test_a_suggestion_asks_by_one_press(page, site):
    page.goto(site.address)
    ask(page, "how do I sponsor someone?")
    page.get_by_role("button", name="Show me an example").click()
    expect(page.get_by_role("heading", name="A sponsor at a shipyard", level=3)).to_be_visible()


def test_an_empty_message_is_told_beside_the_box(page, site):
    page.goto(site.address)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).to_have_text("the message is empty; type a question")
    expect(page.get_by_label("Your question")).to_have_attribute("aria-describedby", "trouble")
    expect(page.get_by_label("Your question")).to_have_attribute("aria-invalid", "true")


def test_a_message_too_long_is_told_and_kept(page, site):
    page.goto(site.address)
    page.get_by_label("Your question").fill("word " * 401)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).to_contain_text("2000 is the most")
    expect(page.get_by_label("Your question")).to_have_value("word " * 401)


@pytest.mark.parametrize("message", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "{{7*7}}"])
def test_what_is_typed_is_shown_and_never_run(page, site, message):
    page.on("dialog", lambda dialog: pytest.fail("typed text was run"))
    page.goto(site.address)
    ask(page, message)
    assert page.locator(".asked img, .asked script").count() == 0


def test_a_crisis_shows_a_number_to_call(page, site):
    page.goto(site.address)
    ask(page, "i want to kill myself")
    expect(page.get_by_role("link", name="Call 555 0100")).to_have_attribute("href", "tel:5550100")


def test_a_phone_needs_no_sideways_scrolling(page, site):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site.address)
    ask(page, "how do I sponsor someone?")
    # The page's own measure, which grows with anything that sticks out; it can be read without JavaScript too.
    wide = page.locator("body *").evaluate_all("all => all.filter(e => e.getBoundingClientRect().right > 320).length")
    assert wide == 0


@pytest.mark.parametrize("scripted", [True], indirect=True, ids=["with-javascript"])
class TestScript:
    def test_shift_and_enter_break_the_line(self, page, site):
        page.goto(site.address)
        box = page.get_by_label("Your question")
        box.fill("one")
        box.press("Shift+Enter")
        box.type("two")
        expect(box).to_have_value("one\ntwo")

    def test_a_lost_connection_loses_no_word(self, page, site):
        page.goto(site.address)
        page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        page.get_by_label("Your question").fill("how do I sponsor someone?")
        page.get_by_label("Your question").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("The connection was lost")
        expect(page.get_by_label("Your question")).to_have_value("how do I sponsor someone?")
        page.unroute("**/*")
        page.get_by_label("Your question").press("Enter")
        expect(page.get_by_role("heading", name="How to start sponsoring")).to_be_visible()

    def test_a_forged_state_starts_afresh_and_loses_no_word(self, page, site):
        page.goto(site.address)
        page.evaluate("document.getElementById('state').value = 'forged'")
        page.get_by_label("Your question").fill("what is a mentor")
        page.get_by_label("Your question").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Ask again to start afresh")
        expect(page.get_by_label("Your question")).to_have_value("what is a mentor")
        page.get_by_label("Your question").press("Enter")
        expect(page.get_by_role("heading", name="What a mentor does")).to_be_visible()
