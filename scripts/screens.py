"""Take the pictures of the chat in docs/screens, in Chromium, from the index that is served."""

import argparse
import os
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from _environment import ROOT, enter

FOLDER = ROOT / "docs" / "screens"
DESKTOP = {"width": 1120, "height": 780}
PHONE = {"width": 390, "height": 780}
QUESTION = "how do I sponsor someone?"
HARM = "my manager keeps touching me and I do not know what to do"
CRISIS = "i do not want to live any more"


def main() -> int:
    """0 when every picture is taken, 1 when there is no browser or no index."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    enter()
    from coach.errors import CoachError

    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        print("No Chromium on this machine; on Debian `apt-get install chromium`.", file=sys.stderr)
        return 1
    try:
        _take(_serve(), browser)
    except CoachError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve() -> str:
    """The address of a chat that ends with this script."""
    from werkzeug.serving import make_server

    from app import create_app
    from coach.settings import read_settings

    app = create_app(read_settings(os.environ))
    # The first reply loads the model; no picture waits for it.
    app.extensions["live_coach"].current().coach.reply("hello")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def _take(address: str, browser: str) -> None:
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for screen in SCREENS:
            page = chromium.new_page(viewport=screen.size, color_scheme=screen.scheme, reduced_motion="reduce")
            page.goto(f"{address}{screen.path}")
            screen.act(page)
            page.mouse.move(0, 0)
            page.screenshot(path=FOLDER / f"{screen.name}.png")
            page.close()
            print(f"docs/screens/{screen.name}.png")


def _ask(page, message: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(message)
    box.press("Enter")
    page.locator("#log .reply").last.wait_for()


def _asked(message: str) -> Callable:
    return lambda page: _ask(page, message)


def _scroll(page, selector: str) -> None:
    page.locator(selector).first.evaluate("element => element.scrollIntoView({ block: 'start' })")


def _source(page) -> None:
    _ask(page, QUESTION)
    page.locator(".cite").nth(1).focus()
    page.locator(".pop").wait_for()


def _words(page) -> None:
    _ask(page, QUESTION)
    _scroll(page, ".what-to-say")


def _letter(page) -> None:
    _ask(page, QUESTION)
    page.get_by_text("This is not what I meant").click()
    page.get_by_text("Tell the editors").click()
    page.locator("textarea[name=text]").fill("How does Priya sponsor a guest researcher, who has no line manager here?")
    _scroll(page, ".missed")


def _country(page) -> None:
    _ask(page, CRISIS)
    page.get_by_role("button", name="United Kingdom").click()
    page.locator("[name=country][aria-pressed]").wait_for()
    _scroll(page, ".exchange")


@dataclass(frozen=True)
class Screen:
    """One picture: its file's name, the page, what to do there, and how it is looked at."""

    name: str
    act: Callable = lambda page: None
    path: str = "/"
    size: dict | None = None
    scheme: str = "light"


SCREENS = (
    Screen("first", size=DESKTOP),
    Screen("first-phone-dark", size=PHONE, scheme="dark"),
    Screen("answer", _asked(QUESTION), size=DESKTOP),
    Screen("answer-phone", _asked(QUESTION), size=PHONE),
    Screen("source", _source, size=DESKTOP),
    Screen("words-dark", _words, size=DESKTOP, scheme="dark"),
    Screen("not-what-i-meant", _letter, size=DESKTOP),
    Screen("escalation", _asked(HARM), size=DESKTOP),
    Screen("escalation-phone", _country, size=PHONE),
    Screen("library", path="/library", size=DESKTOP),
    Screen("library-page-dark", path="/library/interruptions", size=DESKTOP, scheme="dark"),
)


if __name__ == "__main__":
    sys.exit(main())
