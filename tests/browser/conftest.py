"""Chromium for the browser tests: Debian's, driven by Playwright."""

import os
import shutil

import pytest
from steps import Chat

# Without these, Chromium looks for hosts of its own at every start; as root it needs the first.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        reason = "no chromium on this machine; on Debian `apt-get install chromium`"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    # The first question waits for the model, and how long is no business of a test.
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def scripted(request):
    return request.param


@pytest.fixture
def context_options():
    """What a test's browser is like besides; a test may set its own."""
    return {}


@pytest.fixture
def page(chromium, scripted, context_options):
    """A fresh page, with JavaScript and without; its console must stay silent."""
    context = chromium.new_context(java_script_enabled=scripted, **context_options)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    # The browser itself notes a refused or a lost request; whatever else stands there is ours.
    assert [line for line in said if not line.startswith("Failed to load resource")] == []


@pytest.fixture
def chat(settings):
    chat = Chat(settings).start()
    yield chat
    chat.stop()
