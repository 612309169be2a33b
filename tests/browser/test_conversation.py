"""What the page's script adds to a conversation: nothing typed is lost, nothing jumps, nobody is interrupted."""

import pytest
from playwright.sync_api import expect
from steps import ask
from support import touch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("scripted", [True], indirect=True, ids=["with-javascript"]),
]
# Counts what a screen reader would be told: changes to the log, to the status and to alerts.
LISTEN = """() => {
  window.heard = [];
  for (const region of document.querySelectorAll("#log, #status, #trouble"))
    new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes)
        if (!(node.closest ? node : node.parentElement)?.closest("[aria-live=off]")) window.heard.push(region.id);
    }).observe(region, { childList: true, subtree: true });
}"""


@pytest.fixture
def box(page, chat):
    page.goto(chat.address)
    return page.get_by_label("Your question")


def test_the_message_appears_at_once_and_the_page_says_that_it_is_busy(page, box):
    held = []
    page.route("**/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    box.fill("what is a mentor")
    box.press("Enter")
    expect(page.locator(".pending .said")).to_have_text("what is a mentor")
    expect(page.locator(".waiting")).to_be_visible()
    expect(page.locator("#ask")).to_have_attribute("aria-busy", "true")
    expect(box).to_have_value("")
    # A second press changes nothing; what is typed meanwhile stays.
    box.fill("and then")
    box.press("Enter")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("#log .said")).to_have_text("what is a mentor")
    expect(page.locator(".waiting")).to_have_count(0)
    expect(box).to_have_value("and then")


def test_a_reply_is_one_announcement_and_takes_no_focus(page, box):
    page.evaluate(LISTEN)
    ask(page, "how do I sponsor someone")
    assert page.evaluate("window.heard") == ["log"]
    expect(box).to_be_focused()
    page.get_by_role("link", name="Source 1").first.focus()
    expect(page.locator(".pop")).to_be_visible()
    assert page.evaluate("window.heard") == ["log"]


def test_the_up_arrow_recalls_the_last_message_into_an_empty_box_only(page, box):
    ask(page, "what is a mentor")
    box.press("ArrowUp")
    expect(box).to_have_value("what is a mentor")
    box.fill("something else")
    box.press("ArrowUp")
    expect(box).to_have_value("something else")


def test_a_draft_survives_a_reload_and_is_forgotten_when_it_is_sent(page, box):
    box.fill("half a thought")
    page.reload()
    expect(box).to_have_value("half a thought")
    ask(page, "what is a mentor")
    page.reload()
    expect(box).to_have_value("")


def test_a_server_that_restarts_is_not_noticed(page, box, chat):
    ask(page, "how do I sponsor someone")
    chat.stop()
    box.fill("give me an example")
    box.press("Enter")
    page.wait_for_timeout(700)
    chat.start()
    expect(page.get_by_role("heading", name="A sponsor at a shipyard", level=3)).to_be_visible()
    expect(page.locator("#trouble")).to_be_empty()


def test_a_new_index_in_mid_conversation_is_not_noticed(page, box, settings, publish):
    ask(page, "how do I sponsor someone")
    touch(settings)
    publish()
    ask(page, "give me an example")
    expect(page.get_by_role("heading", name="A sponsor at a shipyard", level=3)).to_be_visible()
    expect(page.locator("#trouble")).to_be_empty()


def test_a_lost_connection_offers_to_try_again_and_loses_no_word(page, box):
    page.context.set_offline(True)
    box.fill("what is a mentor")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The connection was lost")
    expect(box).to_have_value("what is a mentor")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="What a mentor does")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    expect(box).to_have_value("")
    # The button that was pressed is gone.
    expect(box).to_be_focused()


def test_what_was_typed_while_the_connection_was_lost_is_kept_too(page, box):
    held = []
    page.route("**/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    box.fill("one")
    box.press("Enter")
    expect(page.locator(".waiting")).to_be_visible()
    box.fill("two")
    page.context.set_offline(True)
    held[0].abort()
    expect(box).to_have_value("one\ntwo")


def test_arabic_runs_from_right_to_left_in_the_box_and_in_the_log(page, box):
    ask(page, "كيف أدعم زميلتي؟")
    direction = "element => getComputedStyle(element).direction"
    assert page.locator("#log .said").evaluate(direction) == "rtl"
    box.fill("كيف")
    assert box.evaluate(direction) == "rtl"


def test_nothing_shifts_while_the_first_page_loads(page, chat):
    page.add_init_script(
        """window.shift = 0; new PerformanceObserver((list) => {
             for (const entry of list.getEntries()) window.shift += entry.value;
           }).observe({ type: "layout-shift", buffered: true });"""
    )
    page.goto(chat.address)
    expect(page.locator("textarea#message")).to_be_focused()
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") == 0


def test_the_first_page_is_three_requests_and_a_second_visit_one(page, chat):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(chat.address)
    expect(page.locator("textarea#message")).to_be_focused()
    assert len(requests) == 3
    cached = []
    page.on("response", lambda response: cached.append(response.request.timing["requestStart"] < 0))
    page.goto(f"{chat.address}/library")
    assert cached.count(False) == 1


def test_an_old_link_to_a_section_that_is_gone_is_told(page, chat):
    page.goto(f"{chat.address}/library/sponsor#no-such-section")
    expect(page.get_by_text("There is no such section on this page")).to_be_visible()
    page.goto(f"{chat.address}/library/sponsor#how-to")
    expect(page.get_by_text("There is no such section on this page")).to_be_hidden()
