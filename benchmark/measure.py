"""Measurements of a served system, from outside: over HTTP, and by what the operating system says of its processes."""

import http.client
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmark.systems import System

SECONDS_TO_START = 180


@dataclass(frozen=True)
class Served:
    """A running system, and how many seconds after its start it gave its first answer."""

    port: int
    process: subprocess.Popen
    first_answer: float


@contextmanager
def serving(system: System, message: str) -> Iterator[Served]:
    """The system, started, as soon as it has answered `message`; stopped at the end of the block."""
    port = free_port()
    started = time.perf_counter()
    process = system.start(port)
    try:
        while not _answers(port, message):
            if process.poll() is not None or time.perf_counter() - started > SECONDS_TO_START:
                raise RuntimeError(f"{system.name} did not start")
            time.sleep(0.002)
        yield Served(port, process, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(port: int, message: str) -> bool:
    try:
        Client(port).ask(message)
        return True
    except (OSError, http.client.HTTPException):
        return False


class Client:
    """One connection that is kept open, as a browser keeps it."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._connection.connect()

    def ask(self, message: str, path: str = "/api/chat") -> dict:
        """The reply to a message."""
        body = json.dumps({"message": message})
        self._connection.request("POST", path, body, {"Content-Type": "application/json"})
        return self._read()

    def get(self, path: str) -> dict:
        """What stands at `path`."""
        self._connection.request("GET", path)
        return self._read()

    def _read(self) -> dict:
        response = self._connection.getresponse()
        data = response.read()
        if response.status != 200:
            raise http.client.HTTPException(f"status {response.status}")
        return json.loads(data)


def turns(port: int, messages: Sequence[str]) -> list[float]:
    """Milliseconds of each turn, one after the other."""
    client, times = Client(port), []
    for message in messages:
        started = time.perf_counter()
        client.ask(message)
        times.append((time.perf_counter() - started) * 1000)
    return times


def encodings(port: int, messages: Sequence[str]) -> list[float]:
    """Milliseconds that a stack takes to encode each message, as it says itself."""
    client = Client(port)
    return [client.ask(message, "/encode")["ms"] for message in messages]


def throughput(port: int, messages: Sequence[str], *, clients: int, seconds: float, path: str = "/api/chat") -> float:
    """Requests answered in a second by so many clients at once; `/healthz` is asked for, all else is asked."""
    numbers, done = count(), []
    # Connected here: were one refused in its thread, the others would wait for it for ever.
    connected = [Client(port) for _ in range(clients)]
    start = threading.Barrier(clients + 1)

    def work(client: Client) -> None:
        answered = 0
        start.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            client.get(path) if path == "/healthz" else client.ask(messages[next(numbers) % len(messages)], path)
            answered += 1
        done.append(answered)

    threads = [threading.Thread(target=work, args=[client]) for client in connected]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if len(done) < clients:
        raise RuntimeError(f"{clients - len(done)} of {clients} clients were refused")
    return sum(done) / (time.perf_counter() - started)


def memory(process: subprocess.Popen) -> float:
    """Megabytes that all its processes hold: the proportional set size, which counts shared pages once."""
    return sum(map(megabytes, _family(process.pid)))


def _family(pid: int) -> list[int]:
    return [pid, *(each for child in children(pid) for each in _family(child))]


def children(pid: int) -> list[int]:
    """The processes that a process started; raises OSError when it has ended."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def megabytes(pid: int) -> float:
    """The proportional set size: what it shares with others counts in part; raises OSError when it has ended."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
