"""The front of the server (waitress): requests are read whole, by one loop, before a thread takes them.

A client that sends or reads slowly therefore holds a place in a list, and no thread. There are so many places; when
they are taken, whoever has kept one waiting longest loses it.
"""

import json
import resource
import socket
import time
from collections.abc import Callable

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from coach.web.headers import HEADERS
from coach.web.problems import PROBLEM_JSON, problem_fields

# A whole request must arrive within this time; the longest message takes a fraction on the slowest line.
SECONDS_TO_SEND = 15.0
# Kept open in between, and for reading a reply.
SECONDS_IDLE = 30.0
# No request takes so long; a process in which one does is replaced.
SECONDS_TO_ANSWER = 60.0
PLACES = 500
# Descriptors for all else: files, Redis, logs.
OTHER_DESCRIPTORS = 64
LARGEST_HEADERS = 16 * 1024
# The application refuses a body from 64 KB on, with a better word.
LARGEST_BODY = 256 * 1024
LIMITS = {
    "max_request_header_size": LARGEST_HEADERS,
    "max_request_body_size": LARGEST_BODY,
    # Larger ones would go to a temporary file, where nothing that is typed may stand.
    "inbuf_overflow": 4 * LARGEST_BODY,
    "outbuf_overflow": 16 * 1024 * 1024,
    "asyncore_use_poll": True,
    "backlog": 1024,
    # Which proxy is believed is decided in `clients`.
    "clear_untrusted_proxy_headers": False,
    "ident": None,
    "log_socket_errors": False,
    # Both are done here, by a clock that does not jump.
    "cleanup_interval": 10**9,
    "connection_limit": 10**6,
}
# It holds nothing that could run, and belongs in no frame.
NO_CONTENT = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")


class Problem(ErrorTask):
    """The reply to what is no request: the same kind of document as everywhere else, quoting nothing."""

    def execute(self) -> None:
        """Write it, and hang up."""
        code, reason = self.request.error.code, self.request.error.reason
        fields = problem_fields(code, f"http-{code}", reason, f"The server could not read this request: {reason}.")
        body = json.dumps(fields).encode()
        self.status = f"{code} {reason}"
        self.response_headers += [("Content-Type", PROBLEM_JSON), ("Cache-Control", "no-store"), NO_CONTENT]
        self.response_headers += HEADERS.items()
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """One connection; `since` is when it began to wait for what it waits for now."""

    error_task_class = Problem

    def __init__(self, *arguments, **options):
        self.since = time.monotonic()
        self.began = 0.0
        super().__init__(*arguments, **options)

    def received(self, data: bytes) -> bool:
        """Take in what arrived; a request that begins, or is complete, starts the clock anew."""
        between = self.request is None
        went_well = super().received(data)
        if between or self.request is None:
            self.since = time.monotonic()
        return went_well

    def service(self) -> None:
        """Answer one request, in a thread; until then it only waited for one."""
        self.began = time.monotonic()
        try:
            super().service()
        finally:
            self.began = 0.0

    def is_late(self, now: float) -> bool:
        """Whether it should be closed: too slow in sending a request, in reading its reply, or idle for too long."""
        if self.requests:
            return False
        return now - self.since > (SECONDS_TO_SEND if self.request else SECONDS_IDLE)


class Server(TcpWSGIServer):
    """One listening socket."""

    channel_class = Channel

    def handle_accept(self) -> None:
        """Take one connection; the one that has waited longest makes room when there is none."""
        waiting = [channel for channel in self.active_channels.values() if not channel.requests]
        if len(self.active_channels) >= places() and waiting:
            min(waiting, key=lambda channel: channel.since).will_close = True
        super().handle_accept()


class Front:
    """The loop over all connections of one process, and the threads that answer."""

    def __init__(self, application: Callable, sockets: list[socket.socket], *, threads: int):
        self._map: dict = {}
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(threads)
        settings = Adjustments(threads=threads, **LIMITS)
        self._servers = [
            Server(
                application,
                self._map,
                _sock=each,
                dispatcher=self._dispatcher,
                adj=settings,
                bind_socket=False,
                sockinfo=(each.family, each.type, each.proto, each.getsockname()),
            )
            for each in sockets
        ]

    def turn(self, seconds: float) -> None:
        """Wait so long for something to happen, and deal with it."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)
        now = time.monotonic()
        for channel in self._channels():
            if channel.is_late(now):
                channel.will_close = True

    def wake(self) -> None:
        """End the current `turn`; may be called by a signal's handler."""
        self._servers[0].pull_trigger()

    def is_stuck(self) -> bool:
        """Whether a request has been under way for longer than any can take."""
        now = time.monotonic()
        return any(channel.began and now - channel.began > SECONDS_TO_ANSWER for channel in self._channels())

    def drain(self, seconds: float) -> None:
        """Take no more connections; finish, for at most so long, what has begun."""
        for server in self._servers:
            server.del_channel()
            server.socket.close()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            busy = [each for each in self._channels() if each.requests or each.request or each.total_outbufs_len]
            if not busy:
                break
            self.turn(0.1)
        self._dispatcher.shutdown(timeout=1)

    def _channels(self) -> list[Channel]:
        return [channel for server in self._servers for channel in server.active_channels.values()]


def places() -> int:
    """How many connections there is room for at a time."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return PLACES if descriptors == resource.RLIM_INFINITY else min(PLACES, max(8, descriptors - OTHER_DESCRIPTORS))
