"""Nothing that anybody types is kept: a canary is typed through every door, then looked for everywhere."""

import contextlib
import json
import os
import socket
import tempfile
import time
import urllib.error
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import pytest
from support import run_script

CANARY = "kumquatzebra"
ROOT = Path(__file__).parent.parent
LEFT_OUT = {".git", ".venv", "node_modules"}


def send(url, data=None, **headers):
    """The response's address, headers and text, whatever its status."""
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, data, headers))
    except urllib.error.HTTPError as error:
        response = error
    return response.url, str(response.headers), response.read().decode()


def type_everywhere(address):
    """Every response to the canary, through each door and in each malformed way."""
    as_json = {"Content-Type": "application/json"}
    bodies = [
        json.dumps({"message": f"how do I sponsor my {CANARY}?"}),
        json.dumps({"message": f"i want to kill my {CANARY}"}),
        json.dumps({"message": CANARY * 300}),
        json.dumps({"message": "hello", "state": CANARY}),
        json.dumps({CANARY: CANARY}),
        json.dumps([CANARY]),
        '{"message": "' + CANARY,
    ]
    yield from (send(f"{address}/api/chat", body.encode(), **as_json) for body in bodies)
    yield send(f"{address}/api/chat", CANARY.encode())
    yield send(f"{address}/save", f"said=how+do+I+sponsor+{CANARY}".encode())
    yield send(f"{address}/editors", f"text={CANARY * 300}".encode())
    yield send(f"{address}/", f"message=hi&country={CANARY}".encode())
    for form in (f"message={CANARY}", f"message={CANARY * 300}", f"message=hi&state={CANARY}", f"{CANARY}={CANARY}"):
        yield send(f"{address}/", form.encode())
    plan = f"when={CANARY}&will={CANARY}&whom={CANARY}&check_back={CANARY}&passage={CANARY}&message={CANARY}"
    for page in ("role-finder", "next-step", "check-back"):
        for form in (f"{plan}&make=1", f"{plan}&take={CANARY}&went={CANARY}", f"asked={CANARY}&state={CANARY}"):
            yield send(f"{address}/tools/{page}", form.encode())
    body = {"when": CANARY, "will": CANARY, "whom": CANARY, "check_back": CANARY, "answers": {"asked": CANARY}}
    for path in ("role-finder", "next-step"):
        yield send(f"{address}/api/{path}", json.dumps(body).encode(), **as_json)
    kept = json.dumps(body | {"whom": "K.Z.", "check_back": (date.today() + timedelta(1)).isoformat()}).encode()
    state = json.loads(send(f"{address}/api/next-step", kept, **as_json)[2])["state"]
    for keep in ("calendar", "markdown", "print", "show", "change"):
        response = send(f"{address}/tools/next-step", f"keep={keep}&state={state}".encode())
        assert CANARY in response[2]
        yield response


def send_raw(address, lines):
    """What the server says to bytes that no browser would send."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode())
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(65536).decode()


GARBLED = [
    [
        "POST /api/chat HTTP/1.1",
        "Host: x",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        "",
        f"ZZ{CANARY}",
        "",
    ],
    ["POST / HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", "", f"ZZ{CANARY}", ""],
    [f"GET /how do i sponsor {CANARY} HTTP/1.1", "Host: x", "", ""],
    [f"{CANARY} / HTTP/1.1", "Host: x", "", ""],
    ["GET / HTTP/1.1", "Host: x", f"Expect: {CANARY}", "", ""],
]


@pytest.mark.model
@pytest.mark.parametrize("lines", GARBLED, ids=["chunk", "chunked-form", "request-line", "method", "expect"])
def test_a_garbled_request_is_the_clients_fault_and_reaches_no_log(site, lines):
    status = send_raw(site.address, lines).split(" ")[1]
    # An expectation that it does not know is one that a server may pass over.
    assert status.startswith("4") or "Expect" in str(lines)
    assert CANARY not in site.log.read_text()


@pytest.mark.model
def test_no_file_no_log_line_no_address_and_no_header_holds_what_was_typed(site):
    started = time.time()
    for url, headers, _ in type_everywhere(site.address):
        assert CANARY not in url
        assert CANARY not in headers
        assert "Set-Cookie" not in headers
    run_script("ask.py", f"how do I mentor my {CANARY}", environment=site.environment)
    changed = [path for root in (ROOT, site.folder, Path(tempfile.gettempdir())) for path in files_since(root, started)]
    assert site.log in list(files_since(site.folder, 0))
    assert [path for path in changed if holds(path, CANARY)] == []
    assert CANARY not in site.log.read_text()


@pytest.mark.model
def test_what_is_sent_to_the_editors_is_in_their_inbox_and_nowhere_else(site):
    word = "papayagnu"
    _, headers, text = send(f"{site.address}/editors", f"text=what+about+my+{word}".encode())
    assert "Sent to the editors" in text
    assert word not in headers
    assert [path.name for path in files_since(site.folder, 0) if holds(path, word)] == ["inbox.sqlite"]
    assert word not in site.log.read_text()


def files_since(root, moment):
    """Every file under `root` that was written after `moment`, but for caches of the tools."""
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name not in LEFT_OUT]
        for name in files:
            path = Path(folder) / name
            with contextlib.suppress(OSError):
                if path.stat().st_mtime >= moment and path != Path(__file__):
                    yield path


def holds(path, word):
    try:
        return word.encode() in path.read_bytes()
    except OSError:
        return False
