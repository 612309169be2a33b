"""What a reader does with an answer: look at a source, say that it missed, take it along, tell the editors."""

import pytest
from playwright.sync_api import expect
from steps import ask

pytestmark = pytest.mark.browser
with_javascript = pytest.mark.parametrize("scripted", [True], indirect=True, ids=["with-javascript"])


@pytest.fixture
def context_options():
    return {"permissions": ["clipboard-read", "clipboard-write"], "accept_downloads": True}


@pytest.fixture
def answered(page, chat):
    """A page that shows how to sponsor someone."""
    page.goto(chat.address)
    ask(page, "how do I sponsor someone")
    return page


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def test_a_heading_leads_to_its_passage_in_the_library(answered):
    with answered.context.expect_page() as opened:
        answered.get_by_role("link", name="How to start sponsoring").click()
    library = opened.value
    expect(library.get_by_role("heading", name="Sponsor", level=1)).to_be_visible()
    assert library.url.endswith("#how-to")
    expect(library.locator("#gone")).to_be_hidden()


def test_this_is_not_what_i_meant_offers_the_next_nearest_page(answered):
    answered.get_by_text("This is not what I meant").click()
    answered.get_by_role("button", name="How to start mentoring").click()
    expect(answered.get_by_role("heading", name="How to start mentoring")).to_be_visible()


def test_an_answer_is_saved_as_markdown(answered):
    with answered.expect_download() as download:
        answered.locator(".exchange").get_by_role("button", name="Save as Markdown").click()
    assert download.value.suggested_filename.startswith("allyship-coach-20")
    assert "[1] They speak for the person" in download.value.path().read_text()


def test_the_whole_conversation_is_saved_as_markdown(answered):
    ask(answered, "give me an example")
    with answered.expect_download() as download:
        answered.locator("#keep").get_by_role("button", name="Save as Markdown").click()
    text = download.value.path().read_text()
    assert text.index("> how do I sponsor someone") < text.index("> give me an example")
    assert text.index("> give me an example") < text.index("### A sponsor at a shipyard")


def test_the_whole_conversation_goes_along_to_a_tool_and_back(answered):
    ask(answered, "give me an example")
    answered.get_by_role("button", name="Which role fits me?").click()
    answered.get_by_role("button", name="Back to the conversation").click()
    ask(answered, "what is a mentor")
    said = answered.locator("#keep [name=said]").evaluate_all("all => all.map(e => e.value)")
    assert said == ["how do I sponsor someone", "give me an example", "what is a mentor"]


def test_the_editors_get_what_the_form_shows(answered, chat, scripted):
    answered.get_by_text("This is not what I meant").click()
    answered.get_by_text("Tell the editors what is missing").click()
    box = answered.get_by_label("This text, and nothing else, will be sent")
    expect(box).to_have_value("how do I sponsor someone")
    box.fill("how do I sponsor a guest?")
    answered.get_by_role("button", name="Send to the editors").click()
    expect(answered.get_by_text("Sent to the editors.")).to_be_visible()
    expect(answered.get_by_role("blockquote")).to_have_text("how do I sponsor a guest?")
    ask(answered, "give me an example")
    expect(answered.get_by_role("heading", name="A sponsor at a shipyard", level=3)).to_be_visible()
    assert b"how do I sponsor a guest?" in (chat.settings.var / "inbox.sqlite").read_bytes()


@with_javascript
def test_of_a_long_conversation_the_newest_messages_are_saved(answered):
    answered.locator("#keep").evaluate("""keep => {
      const said = { type: "hidden", name: "said", value: "hello" };
      for (let n = 1; n < 30; n++) keep.append(Object.assign(document.createElement("input"), said));
    }""")
    ask(answered, "what is a mentor")
    with answered.expect_download() as download:
        answered.locator("#keep").get_by_role("button", name="Save as Markdown").click()
    text = download.value.path().read_text()
    assert text.count("> hello") == 29
    assert "> how do I sponsor someone" not in text
    assert "> what is a mentor" in text


@with_javascript
class TestPopOver:
    def test_it_opens_on_hover_and_says_what_this_statement_rests_on(self, answered):
        answered.get_by_role("link", name="Source 2").first.hover()
        pop = answered.locator(".pop")
        expect(pop).to_be_visible()
        for part in ("The Beta Guide", "Guidance", "The person decides what is useful."):
            expect(pop).to_contain_text(part)
        # Of the facts noted from this source, the one behind this sentence.
        expect(pop.locator("[data-fact]")).to_have_count(1)
        pop.hover()
        answered.wait_for_timeout(500)
        expect(pop).to_be_visible()
        answered.mouse.move(0, 0)
        expect(pop).to_have_count(0)

    def test_it_opens_on_focus_its_link_is_next_and_escape_closes_it(self, answered):
        link = answered.get_by_role("link", name="Source 1").first
        link.focus()
        pop = answered.locator(".pop")
        expect(pop).to_be_visible()
        expect(link).to_have_attribute("aria-describedby", "pop")
        answered.keyboard.press("Tab")
        expect(pop.get_by_role("link", name="A Study of Alpha")).to_be_focused()
        answered.keyboard.press("Escape")
        expect(pop).to_have_count(0)
        expect(link).to_be_focused()
        assert link.get_attribute("aria-describedby") is None

    def test_a_citation_leads_to_its_source_and_adds_nothing_to_the_history(self, answered):
        before = answered.evaluate("history.length")
        answered.get_by_role("link", name="Source 1").first.click()
        expect(answered.locator("#t0-s1")).to_be_focused()
        expect(answered.locator("#t0-s1")).to_be_in_viewport()
        assert answered.evaluate("history.length") == before

    def test_it_stays_within_a_narrow_page(self, answered):
        answered.set_viewport_size({"width": 320, "height": 400})
        for link in answered.locator(".cite").all():
            link.focus()
            box = answered.locator(".pop").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 320

    def test_it_opens_in_the_library_too(self, page, chat):
        page.goto(f"{chat.address}/library/sponsor")
        page.get_by_role("link", name="Source 1").first.hover()
        expect(page.locator(".pop")).to_contain_text("A Study of Alpha")


@with_javascript
@pytest.mark.parametrize(
    "context_options", [{"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 800}}]
)
def test_a_tap_opens_the_pop_over_and_a_second_leads_to_the_source(answered):
    link = answered.get_by_role("link", name="Source 1").first
    link.tap()
    expect(answered.locator(".pop")).to_be_visible()
    expect(answered.locator("#t0-s1")).not_to_be_focused()
    link.tap()
    expect(answered.locator("#t0-s1")).to_be_focused()


@with_javascript
class TestTakingAlong:
    def test_words_to_say_are_copied_with_their_source(self, answered):
        card = answered.locator(".what-to-say li").first
        card.get_by_role("button", name="Copy").click()
        expect(answered.locator("#status")).to_have_text("Copied, with its sources.")
        words, source = clipboard(answered).split("\n")
        assert words == '"Could we look at what Kwame did?"'
        assert source.startswith("[3] ")
        assert "suggestion of the coach's editors" in source

    def test_an_answer_is_copied_with_its_sources(self, answered):
        answered.locator(".exchange .keep").get_by_role("button", name="Copy").click()
        expect(answered.locator("#status")).to_have_text("Copied, with its sources.")
        assert "### Sources\n\n1. Ada Alpha, Beta Team. A Study of Alpha." in clipboard(answered)

    def test_a_lost_connection_is_told_where_something_could_not_be_copied(self, answered):
        answered.route("**/save", lambda route: route.abort())
        answered.locator(".exchange .keep").get_by_role("button", name="Copy").click()
        expect(answered.locator("#status")).to_have_text("Could not be copied.")

    def test_one_answer_is_printed_alone_or_the_conversation_as_a_whole(self, answered):
        ask(answered, "give me an example")
        answered.evaluate(
            "window.print = () => { window.printed = document.querySelectorAll('.only-one .printed').length }"
        )
        answered.locator(".exchange .keep").first.get_by_role("button", name="Print").click()
        assert answered.evaluate("window.printed") == 1
        answered.locator("#keep").get_by_role("button", name="Print").click()
        assert answered.evaluate("window.printed") == 0

    def test_print_shows_the_sources_and_no_buttons(self, answered):
        answered.emulate_media(media="print")
        expect(answered.locator("#t0-s1")).to_be_visible()
        for button in answered.get_by_role("button").all():
            expect(button).to_be_hidden()


@with_javascript
class TestSoftening:
    @pytest.fixture
    def letter(self, answered):
        answered.get_by_text("This is not what I meant").click()
        answered.get_by_text("Tell the editors what is missing").click()
        return answered.locator(".letter")

    def test_names_and_addresses_are_softened_only_if_the_writer_takes_it(self, letter):
        box = letter.locator("textarea")
        expect(letter.locator(".soft")).to_be_hidden()
        box.fill("Priya Patel and Jonas (j.b@x.com, 0171 555 1234) said that Zoë's HR is DEI. My boss is not.")
        softer = "[name] and [name] ([email], [number]) said that [name]'s HR is DEI. My boss is not."
        expect(letter.locator(".soft blockquote")).to_have_text(softer)
        assert "Priya" in box.input_value()
        letter.get_by_role("button", name="Use this instead").click()
        expect(box).to_have_value(softer)
        expect(box).to_be_focused()
        expect(letter.locator(".soft")).to_be_hidden()

    def test_a_lost_connection_loses_no_word(self, answered, letter):
        letter.locator("textarea").fill("how do I sponsor a guest?")
        answered.route("**/editors", lambda route: route.abort())
        letter.get_by_role("button", name="Send to the editors").click()
        expect(letter.get_by_role("alert")).to_contain_text("What you typed is still here")
        expect(letter.locator("textarea")).to_have_value("how do I sponsor a guest?")
        answered.unroute("**/editors")
        letter.get_by_role("button", name="Send to the editors").click()
        expect(answered.get_by_text("Sent to the editors.")).to_be_visible()
        expect(letter).to_be_focused()
