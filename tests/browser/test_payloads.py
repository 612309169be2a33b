"""Markup and template code, typed and placed in the content: nothing of it runs in a real browser."""

import shutil
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from attacks import PAYLOADS, RUN
from playwright.sync_api import expect
from support import Process, WordEncoder

from coach.dialogue.coach import Coach
from coach.inbox import Inbox
from coach.published import load_coach, to_files
from coach.search import store

pytestmark = pytest.mark.browser

AT_A_TIME = 20


@pytest.fixture(scope="module")
def typed_into(built, tmp_path_factory):
    """A chat with an inbox of its own."""
    root = tmp_path_factory.mktemp("typed")
    settings = replace(built, var=Path(shutil.copytree(built.var, root / "var")))
    with Process(settings, root / "log") as server:
        server.inbox = Inbox(settings.inbox_url)
        yield server


@pytest.fixture(scope="module")
def poisoned(built, tmp_path_factory):
    """A chat whose content is payloads: statements, headings, titles, sources and contacts."""
    root = tmp_path_factory.mktemp("poisoned")
    settings = replace(built, knowledge=shutil.copytree(built.knowledge, root / "knowledge"), var=root / "var")
    shutil.copytree(built.var, settings.var)
    _, coach = load_coach(settings.index_folder, WordEncoder())
    coach = Coach(poison(coach.knowledge), coach.finder, coach.follow_ups, coach.router, WordEncoder())
    manifest, _ = store.load(settings.index_folder)
    kept = {name: getattr(manifest, name) for name in ("model", "knowledge", "counts", "exports")}
    store.publish(settings.index_folder, to_files(coach), **kept)
    with Process(settings, root / "log") as server:
        yield server


def poison(knowledge):
    payloads = cycle(PAYLOADS)

    def several():
        return " ".join(next(payloads) for _ in range(AT_A_TIME))

    def statement(each):
        return replace(each, text=several(), label="")

    def passage(each):
        return replace(each, heading=next(payloads), statements=tuple(map(statement, each.statements)))

    def page(each):
        return replace(each, title=next(payloads), summary=several(), passages=tuple(map(passage, each.passages)))

    def source(each):
        return replace(each, title=several(), author=next(payloads), publisher=next(payloads), url=f"javascript:{RUN}")

    def contact(each):
        return replace(each, name=next(payloads), says=several(), phone=f'1" onclick="{RUN}', url=f"javascript:{RUN}")

    return replace(
        knowledge,
        pages={name: page(each) for name, each in knowledge.pages.items()},
        sources={name: source(each) for name, each in knowledge.sources.items()},
        contacts=tuple(map(contact, knowledge.contacts)),
    )


def nothing_ran(page):
    assert page.evaluate("window.__ran") is None
    assert page.locator("iframe, object, base, [onerror], [onload], main script").count() == 0


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), AT_A_TIME))
@pytest.mark.parametrize("scripted", [True], indirect=True, ids=["with-javascript"])
def test_what_is_typed_never_runs(page, typed_into, start):
    page.on("dialog", lambda dialog: pytest.fail("it ran"))
    page.goto(typed_into.address)
    page.get_by_label("Your question").fill("\n".join(PAYLOADS[start : start + AT_A_TIME])[:2000])
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".said").last).to_contain_text(PAYLOADS[start][:8].replace("\x00", ""))
    nothing_ran(page)


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), AT_A_TIME))
@pytest.mark.parametrize("scripted", [True], indirect=True, ids=["with-javascript"])
def test_what_is_sent_to_the_editors_never_runs(page, typed_into, start):
    page.on("dialog", lambda dialog: pytest.fail("it ran"))
    page.goto(typed_into.address)
    page.get_by_label("Your question").fill("what is a mentor")
    page.get_by_label("Your question").press("Enter")
    page.get_by_text("This is not what I meant").click()
    page.get_by_text("Tell the editors what is missing").click()
    sent = "\n".join(PAYLOADS[start : start + AT_A_TIME])[:2000]
    page.get_by_label("This text, and nothing else, will be sent").fill(sent)
    page.get_by_role("button", name="Send to the editors").click()
    expect(page.get_by_text("Sent to the editors.")).to_be_visible()
    nothing_ran(page)
    assert any(PAYLOADS[start].strip() in letter.text for letter in typed_into.inbox.letters())


@pytest.fixture
def clicked(chromium):
    """A page on which links that would run code are clicked: the browser notes each that the policy stopped."""
    context = chromium.new_context()
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert [line for line in said if "Content Security Policy" not in line] == []


@pytest.mark.parametrize(
    "message", ["how do I sponsor someone", "what is a mentor", "i want to die", "weather tomorrow"]
)
def test_what_stands_in_the_content_never_runs(clicked, poisoned, message):
    page = clicked
    page.on("dialog", lambda dialog: pytest.fail("it ran"))
    page.goto(poisoned.address)
    nothing_ran(page)
    page.get_by_label("Your question").fill(message)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".said").last).to_have_text(message)
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
    for link in page.locator("main a[href^='javascript']").all():
        # Clicked without waiting for a place on the screen: some stand in parts that close again.
        link.dispatch_event("click")
    nothing_ran(page)
