"""For everybody: no violation that axe-core can find, at any width and in any colours, and all by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from steps import ask, plan_what_needs_people

pytestmark = pytest.mark.browser
with_javascript = pytest.mark.parametrize("scripted", [True], indirect=True, ids=["with-javascript"])
WIDTHS = (320, 768, 1440)
SMALLEST_TARGET = 44
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# Links in running text may be smaller than a finger; whatever stands by itself may not.
TARGETS = "button, summary, .chip, .call, .leave, .ways a, .brand, .reach a, .trail a, .more a"


def first(page, chat):
    page.goto(chat.address)


def answer(page, chat):
    first(page, chat)
    ask(page, "how do I sponsor someone")


def pop_over(page, chat):
    answer(page, chat)
    page.locator(".cite").first.focus()
    expect(page.locator(".pop")).to_be_visible()


def sources_open(page, chat):
    answer(page, chat)
    page.get_by_text("Sources (").click()


def not_meant(page, chat):
    answer(page, chat)
    page.get_by_text("This is not what I meant").click()
    page.get_by_text("Tell the editors").click()
    page.locator("textarea[name=text]").fill("Priya said no")


def letter_sent(page, chat):
    not_meant(page, chat)
    page.get_by_role("button", name="Send to the editors").click()
    expect(page.get_by_text("Sent to the editors.")).to_be_visible()


def escalation(page, chat):
    first(page, chat)
    ask(page, "i want to die")


def country_chosen(page, chat):
    escalation(page, chat)
    page.get_by_role("button", name="Elsewhere").click()
    page.get_by_text("Numbers for other countries").click()


def declined(page, chat):
    first(page, chat)
    ask(page, "where is the printer")


def asked_back(page, chat):
    first(page, chat)
    ask(page, "stuck")


def greeted(page, chat):
    first(page, chat)
    ask(page, "hello")


def refused(page, chat):
    first(page, chat)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).not_to_be_empty()


def lost(page, chat):
    first(page, chat)
    page.context.set_offline(True)
    page.get_by_label("Your question").fill("what is a mentor")
    page.get_by_label("Your question").press("Enter")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.context.set_offline(False)


def role_finder(page, chat):
    page.goto(f"{chat.address}/tools/role-finder")


def plan_written(page, chat):
    page.goto(f"{chat.address}/tools/next-step")
    page.get_by_label("When …").fill("Tonight")
    page.get_by_label("For whom?").fill("Amara Bello")
    page.get_by_role("button", name="Make the plan").last.click()
    expect(page.locator("#whom-trouble")).to_be_visible()


def plan_in_danger(page, chat):
    page.goto(f"{chat.address}/tools/next-step")
    plan_what_needs_people(page)


def checked_back(page, chat):
    page.goto(f"{chat.address}/tools/check-back")
    page.get_by_role("button", name="It went badly").click()
    expect(page.get_by_role("heading", name="Look after the person")).to_be_visible()


def library(page, chat):
    page.goto(f"{chat.address}/library")


def library_page(page, chat):
    page.goto(f"{chat.address}/library/sponsor?was=how-to.12345678#how-to")


def section_gone(page, chat):
    page.goto(f"{chat.address}/library/sponsor#gone-for-good")
    expect(page.locator("#gone")).to_be_visible()


def not_found(page, chat):
    page.goto(f"{chat.address}/nothing")


def no_index(page, chat):
    (chat.settings.index_folder / "current").unlink()
    first(page, chat)


STATES = [
    first,
    answer,
    pop_over,
    sources_open,
    not_meant,
    letter_sent,
    escalation,
    country_chosen,
    declined,
    asked_back,
    greeted,
    refused,
    lost,
    role_finder,
    plan_written,
    plan_in_danger,
    checked_back,
    library,
    library_page,
    section_gone,
    not_found,
    no_index,
]


@pytest.fixture(params=STATES, ids=lambda state: state.__name__)
def state(request, page, chat):
    """A page in one of its states."""
    request.param(page, chat)
    return page


def violations(page):
    found = Axe().run(page, options=AXE).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]


def too_small(page):
    """What stands by itself and is too small for a finger; hidden things are no targets."""
    measure = """(all, least) => all
      .filter(e => e.checkVisibility() && !e.closest(".sr"))
      .map(e => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
      .filter(([, box]) => box.width > 1 && Math.min(box.width, box.height) < least)
      .map(([html]) => html)"""
    return page.locator(TARGETS).evaluate_all(measure, SMALLEST_TARGET)


def sticks_out(page):
    """How far the page can be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@with_javascript
def test_every_state_at_every_width_in_light_and_dark(state):
    faults = {}
    for width in WIDTHS:
        state.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            state.emulate_media(color_scheme=scheme)
            faults[width, scheme] = [*violations(state), *too_small(state), sticks_out(state)]
    assert faults == {key: [0] for key in faults}


@pytest.mark.parametrize("scripted", [False], indirect=True, ids=["without-javascript"])
@pytest.mark.parametrize("width", WIDTHS)
def test_without_javascript_nothing_sticks_out_either(page, chat, width):
    page.set_viewport_size({"width": width, "height": 800})
    for show in (first, answer, escalation, library, library_page):
        show(page, chat)
        assert sticks_out(page) == 0


@with_javascript
@pytest.mark.parametrize("context_options", [{"forced_colors": "active"}])
def test_forced_colours_leave_every_control_an_outline(page, chat):
    answer(page, chat)
    for selector in (".cite", ".chip", ".go", ".what-to-say li"):
        assert page.locator(selector).first.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    # What surrounds the box shows the focus, as no shadow can.
    page.get_by_label("Your question").focus()
    assert page.locator(".box").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    escalation(page, chat)
    for selector in (".call", ".leave"):
        assert page.locator(selector).first.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"


@with_javascript
@pytest.mark.parametrize("context_options", [{"reduced_motion": "reduce"}])
def test_with_reduced_motion_nothing_moves(page, chat):
    first(page, chat)
    page.route("**/", lambda route: None if route.request.method == "POST" else route.continue_())
    page.get_by_label("Your question").fill("what is a mentor")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".waiting")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@with_javascript
def test_no_bar_covers_the_text_at_400_percent(page, chat):
    # 1280 by 1024 at 400 % is 320 by 256.
    page.set_viewport_size({"width": 320, "height": 256})
    answer(page, chat)
    fixed = "all => all.filter(e => ['fixed', 'sticky'].includes(getComputedStyle(e).position)).length"
    assert page.locator("body *").evaluate_all(fixed) == 0


def walk(page, *, until, most=80):
    """Press Tab until the element in focus has that text or label; every stop must show where it is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        name, shown = page.evaluate("""() => {
          const e = document.activeElement, style = getComputedStyle(e), around = getComputedStyle(e.parentElement);
          // Between the end of the page and its start the browser's own controls have the focus.
          if (e === document.body) return ["", true];
          const shown = style.outlineStyle !== "none" || around.boxShadow !== "none";
          return [e.getAttribute("aria-label") ?? e.textContent.trim(), shown];
        }""")
        assert shown, f"no focus to be seen on {name!r}"
        if until in name:
            return
    pytest.fail(f"Tab never came to {until!r}")


@with_javascript
def test_the_whole_way_by_keyboard_alone(page, chat):
    page.goto(chat.address)
    page.evaluate("document.activeElement.blur()")
    walk(page, until="Skip to the conversation")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("how do I sponsor someone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How to start sponsoring")).to_be_visible()
    walk(page, until="Source 1")
    expect(page.locator(".pop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pop")).to_have_count(0)
    walk(page, until="Show me an example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A sponsor at a shipyard", level=3)).to_be_visible()
    walk(page, until="Sources (")
    page.keyboard.press("Enter")
    expect(page.locator("#t0-s1")).to_be_visible()
    walk(page, until="This is not what I meant")
    page.keyboard.press("Enter")
    walk(page, until="Tell the editors")
    page.keyboard.press("Enter")
    walk(page, until="how do I sponsor someone")
    walk(page, until="Send to the editors")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sent to the editors.")).to_be_visible()
