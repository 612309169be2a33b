"""The chat in a frame on a page of another origin, opened, used and closed from the keyboard."""

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect
from steps import Chat

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("scripted", [True], indirect=True, ids=["with-javascript"]),
]


@pytest.fixture
def intranet(settings):
    """The address of a page of another origin that holds the widget."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            # As strict as a careful intranet would be.
            policy = f"default-src 'none'; script-src {chat.address}; frame-src {chat.address}; img-src data:"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            head = '<html lang=en><title>Intranet</title><link rel=icon href="data:,"><a href="#">News</a>'
            self.wfile.write(f'{head}<script src="{chat.address}/widget.js" async></script>'.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    address = f"http://127.0.0.1:{server.server_port}"
    chat = Chat(replace(settings, embed_origins=(address,))).start()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()
    chat.stop()


def test_it_opens_answers_and_closes_from_the_keyboard(page, intranet):
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(intranet)
    button = page.get_by_role("button", name="Allyship Coach")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    frame = page.frame_locator("iframe[title='Allyship Coach']")
    box = frame.get_by_label("Your question")
    expect(box).to_be_focused()
    box.fill("how do I sponsor someone")
    box.press("Enter")
    expect(frame.get_by_role("heading", name="How to start sponsoring")).to_be_visible()
    wide = frame.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert wide <= 0
    box.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(button).to_be_focused()
    # What was said is still there.
    button.press("Enter")
    expect(frame.get_by_role("heading", name="How to start sponsoring")).to_be_visible()


def test_leaving_quickly_leaves_the_whole_page(page, intranet):
    page.route("https://www.bbc.com/**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    page.goto(intranet)
    page.get_by_role("button", name="Allyship Coach").click()
    frame = page.frame_locator("iframe")
    frame.get_by_label("Your question").fill("i want to die")
    frame.get_by_label("Your question").press("Enter")
    frame.get_by_role("link", name="Leave this page quickly").click()
    expect(page.get_by_role("heading", name="Weather")).to_be_visible()
