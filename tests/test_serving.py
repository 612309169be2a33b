"""The running server: clients that dawdle, stopping and reloading, a process that dies."""

import contextlib
import json
import os
import re
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest
from support import Process, wait_until

GARBLED = b"GET /x y z HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def server(built, tmp_path_factory):
    """Shared by the tests that leave it as it was."""
    with Process(built, tmp_path_factory.mktemp("server") / "log") as server:
        yield server


@pytest.fixture
def watched(settings, tmp_path):
    with Process(settings, tmp_path / "log") as server:
        yield server


def connect(server, sent=b""):
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.sendall(sent)
    return connection


def reply(connection):
    """Everything until the server hangs up, which it may do before it has read all."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while data := connection.recv(65536):
            received += data
    return received.decode()


def bytes_until_cut_off(connection):
    """How many bytes, one every tenth of a second, the server takes before it hangs up."""
    for sent in range(200):
        try:
            connection.sendall(b"x")
        except OSError:
            return sent
        time.sleep(0.1)
    return 200


def test_slow_clients_hold_no_thread(server):
    # Many more than there are threads: in the middle of the headers, in the middle of a body, and silent.
    half = [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nmes",
    ]
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(server, half[n % len(half)])) for n in range(100)]
        for _ in range(5):
            assert server.ask()["topics"][0] == "mentor"
        for connection in slow:
            connection.sendall(b"x")
        assert server.ask()["topics"][0] == "mentor"


def test_more_connections_than_places_lock_nobody_out(server):
    with contextlib.ExitStack() as stack:
        for _ in range(700):
            stack.enter_context(connect(server, b"GET / HTTP/1.1\r\nHost: x\r\n"))
        assert server.ask()["topics"][0] == "mentor"


def test_a_client_that_never_finishes_is_cut_off_and_one_that_does_is_not(monkeypatch):
    from coach.web import server as module

    monkeypatch.setattr(module, "SECONDS_TO_SEND", 2.0)
    replies = []

    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    front = module.Front(application, [listening], threads=2)
    done = threading.Event()

    def loop():
        while not done.is_set():
            front.turn(0.05)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
            # One byte at a time never gets it more time.
            assert 5 < bytes_until_cut_off(slow) < 100
        with socket.create_connection(("127.0.0.1", port), timeout=20) as brisk:
            brisk.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            replies.append(reply(brisk))
    finally:
        done.set()
        thread.join()
        front.drain(1)
    assert replies[0].startswith("HTTP/1.1 200 OK")


def test_a_process_is_stuck_by_an_answer_that_does_not_end_not_by_a_queue(monkeypatch):
    from coach.web import server as module

    now, begun, ended = [0.0], threading.Semaphore(0), threading.Semaphore(0)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def application(environ, start_response):
        begun.release()
        ended.acquire()
        start_response("200 OK", [("Content-Length", "0"), ("Connection", "close")])
        return []

    def turn_until(happened):
        wait_until(lambda: front.turn(0.05) or happened(), seconds=20, what="the next request")

    listening = socket.create_server(("127.0.0.1", 0))
    front = module.Front(application, [listening], threads=1)
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(listening.getsockname()) as first:
        first.sendall(request)
        turn_until(lambda: begun.acquire(blocking=False))
        with socket.create_connection(listening.getsockname()) as second:
            second.sendall(request)
            turn_until(lambda: front._dispatcher.queue)
            now[0] += module.SECONDS_TO_ANSWER
            ended.release()
            turn_until(lambda: begun.acquire(blocking=False))
            now[0] += module.SECONDS_TO_ANSWER
            assert not front.is_stuck()
            now[0] += 1
            assert front.is_stuck()
            ended.release()
            front.drain(0)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (GARBLED, 400),
        ((b"GET / HTTP/1.1\r\nHost: x\r\nX-Big: ").ljust(16 * 1024, b"a"), 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
    ],
    ids=["garbled", "large-headers", "large-body", "no-length", "bad-chunk"],
)
def test_what_is_no_request_gets_a_problem_document(server, sent, status):
    with connect(server, sent) as connection:
        head, _, body = reply(connection).partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ") or head.startswith(f"HTTP/1.0 {status} ")
    assert "application/problem+json" in head
    assert "X-Content-Type-Options: nosniff" in head
    assert "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'" in head
    assert json.loads(body)["status"] == status


def test_a_request_that_has_begun_is_finished_after_the_word_to_stop(built, tmp_path):
    with (
        Process(built, tmp_path / "log") as server,
        connect(server, b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 24\r\n") as connection,
    ):
        time.sleep(0.3)
        server.process.terminate()
        time.sleep(0.3)
        connection.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n\r\nmessage=what+is+a+mentor")
        assert "What a mentor does" in reply(connection)
        assert server.process.wait(timeout=20) == 0


def test_a_reload_fails_no_request(watched):
    before = watched.workers()
    ended, failed = threading.Event(), []

    def keep_asking():
        while not ended.is_set():
            try:
                watched.ask()
            except OSError as error:
                failed.append(error)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        watched.process.send_signal(signal.SIGHUP)
        wait_until(lambda: not set(before) & set(watched.workers()), seconds=60, what="the change of processes")
        watched.ask()
    finally:
        ended.set()
        asking.join()
    assert failed == []


def test_one_process_answers_whatever_a_host_says_of_concurrency(built, tmp_path):
    with Process(built, tmp_path / "log", WEB_CONCURRENCY="3") as server:
        assert len(server.workers()) == 1


def test_a_killed_process_is_replaced_and_a_conversation_goes_on(watched):
    state = watched.ask("how do I sponsor someone")["state"]
    (worker,) = watched.workers()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: watched.workers() not in ([], [worker]), seconds=60, what="a new process")
    reply = wait_until(lambda: watched.ask("give me an example", state), seconds=60, what="an answer")
    assert reply["blocks"][1]["passage"] == "sponsor#example"
    assert "SIGKILL" in watched.log.read_text()


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_log_line_tells_an_operator_what_was_asked_for_and_no_word_of_it(settings, tmp_path, log_format):
    given = "0123456789abcdef0123456789abcdef"
    log = tmp_path / "log"
    with Process(settings, log, COACH_LOG_FORMAT=log_format, COACH_PROXIES="1") as server:
        server.ask("a kumquatzebra at work")
        for path in ("/kumquatzebra", "/?q=kumquatzebra"):
            request = urllib.request.Request(server.address + path, headers={"X-Request-ID": given})
            try:
                response = urllib.request.urlopen(request)
            except urllib.error.HTTPError as error:
                response = error
            assert response.headers["X-Request-ID"] == given
        forged = urllib.request.Request(server.address, headers={"X-Request-ID": "kumquatzebra"})
        assert re.fullmatch("[0-9a-f]{32}", urllib.request.urlopen(forged).headers["X-Request-ID"])
    text = log.read_text()
    assert "kumquatzebra" not in text
    lines = [line for line in text.splitlines() if "/api/chat" in line]
    if log_format == "text":
        assert re.search(r" info request id=[0-9a-f]{32} method=POST route=/api/chat status=200 ms=[0-9.]+$", lines[0])
    else:
        fields = json.loads(lines[0])
        assert {"event": "request", "method": "POST", "route": "/api/chat", "status": 200}.items() <= fields.items()
        unknown = [json.loads(line) for line in text.splitlines() if '"status": 404' in line]
        assert [(each["route"], each["id"]) for each in unknown] == [("", given)]
