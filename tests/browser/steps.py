"""What the browser tests share besides fixtures: a chat to talk to, and what they do again and again."""

import threading

from playwright.sync_api import expect
from support import WordEncoder, free_port
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app


class Silent(WSGIRequestHandler):
    """Writes no log."""

    def log(self, *_):
        pass


class Chat:
    """The application over the small knowledge base with the fake model; can be stopped and started again."""

    def __init__(self, settings):
        self.settings = settings
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._server = None

    def start(self):
        app = create_app(self.settings, WordEncoder)
        self._server = make_server("127.0.0.1", self.port, app, threaded=True, request_handler=Silent)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def ask(page, message):
    """Type and press Enter, as anybody would; returns when the reply stands there."""
    box = page.get_by_label("Your question")
    box.fill(message)
    box.press("Enter")
    expect(page.locator("#log .said").last).to_have_text(message)


def plan_what_needs_people(page):
    """Make a plan whose own words point to people; the page of the tool is open."""
    page.get_by_label("When …").fill("tonight")
    page.get_by_label("I will …").fill("i want to die")
    page.get_by_role("button", name="Make the plan").last.click()
    expect(page.get_by_role("heading", name="People who can help")).to_be_visible()
