"""Put the running chat under load: a steady rate of questions, new versions published, clients that dawdle. Linux."""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from _environment import ROOT, enter

QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"
SERVE = Path(__file__).with_name("serve.py")
REPUBLISH_SECONDS = 10
MEMORY_SECONDS = 2
SLOW_CLIENTS = 200
HALF_A_REQUEST = (
    b"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 999\r\nX-Slow: "
)


@dataclass
class Results:
    """What was measured: seconds of each answer, what failed, megabytes of the server over time."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)


def main() -> int:
    """0 when no request failed, 1 otherwise; prints what was measured, and judges no time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=20, help="questions a second (%(default)s)")
    parser.add_argument("--seconds", type=int, default=20, help="how long (%(default)s; the long mode is 1800)")
    parser.add_argument("--clients", type=int, default=16, help="connections that ask (%(default)s)")
    options = parser.parse_args()
    enter()
    from benchmark.measure import free_port

    with tempfile.TemporaryDirectory() as folder:
        settings = _copied(Path(folder))
        port = free_port()
        with subprocess.Popen(
            [sys.executable, str(SERVE), "--port", str(port)],
            env={**os.environ, "COACH_VAR": str(settings.var), "COACH_LIMIT_CLIENT": "", "COACH_LIMIT_ALL": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server:
            try:
                _wait_until_ready(port, server)
                results = _load(port, server.pid, settings, options)
            finally:
                server.send_signal(signal.SIGTERM)
    _tell(results, options)
    return 1 if results.failures else 0


def _copied(folder: Path):
    """Settings over a copy of the index, in which versions may come and go."""
    from dataclasses import replace

    from coach.settings import read_settings

    settings = read_settings(os.environ)
    if not settings.index_folder.is_dir():
        sys.exit("There is no index to serve yet. Run `python3 scripts/reindex.py` first.")
    # Neither readers' letters nor the benchmark's peers; but what makes a reindex quick, should the words be newer.
    shutil.copytree(settings.var, folder / "var", ignore=shutil.ignore_patterns("inbox.sqlite*", "peers"))
    return replace(settings, var=folder / "var")


def _wait_until_ready(port: int, server: subprocess.Popen) -> None:
    """Until it has answered a question, which needs the model."""
    for _ in range(600):
        try:
            if _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=60), "what is a mentor?"):
                return
        except (OSError, ValueError):
            # Nothing listens yet, or it says that it has nothing to answer from.
            time.sleep(0.5)
        if server.poll() is not None:
            break
    sys.exit("The server did not start; run `python3 scripts/serve.py` to see why.")


def _load(port: int, pid: int, settings, options) -> Results:
    results, due, ended = Results(), Queue(), threading.Event()
    questions = [json.loads(line)["text"] for line in QUESTIONS.read_text().splitlines()]
    jobs = [(_ask_when_due, port, questions, due, ended, results) for _ in range(options.clients)]
    jobs += [(_republish, settings, ended), (_watch_memory, pid, ended, results), (_dawdle, port, ended)]
    threads = [threading.Thread(target=function, args=arguments) for function, *arguments in jobs]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    # The moments are set beforehand: a slow answer delays none of the questions after it.
    for number in range(int(options.rate * options.seconds)):
        moment = start + number / options.rate
        time.sleep(max(0.0, moment - time.monotonic()))
        due.put(moment)
    while not due.empty():
        time.sleep(0.1)
    ended.set()
    for thread in threads:
        thread.join()
    return results


def _ask_when_due(port: int, questions: list[str], due: Queue, ended: threading.Event, results: Results) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not (ended.is_set() and due.empty()):
        try:
            moment = due.get(timeout=0.2)
        except Empty:
            continue
        try:
            results.versions.add(_ask(connection, random.choice(questions)))
            # From the moment it was due: waiting for a free connection counts.
            results.seconds.append(time.monotonic() - moment)
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            results.failures.append(type(error).__name__)
            connection.close()


def _ask(connection: http.client.HTTPConnection, message: str) -> str:
    """The version of the index that answered; raises ValueError for anything but an answer."""
    connection.request("POST", "/api/chat", json.dumps({"message": message}), {"Content-Type": "application/json"})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise ValueError(response.status)
    return json.loads(body)["index"]


def _republish(settings, ended: threading.Event) -> None:
    """The same words as a new version, again and again: the server loads each of them anew."""
    from coach.search import store

    while not ended.wait(REPUBLISH_SECONDS):
        with store.publishing_lock(settings.index_folder):
            manifest, files = store.load(settings.index_folder)
            kept = {name: getattr(manifest, name) for name in ("model", "knowledge", "counts", "exports")}
            store.publish(settings.index_folder, files, **kept)


def _watch_memory(pid: int, ended: threading.Event, results: Results) -> None:
    from benchmark.measure import children

    started = time.monotonic()
    while not ended.wait(MEMORY_SECONDS):
        results.memory.append((time.monotonic() - started, sum(map(_megabytes, [pid, *children(pid)]))))


def _megabytes(pid: int) -> float:
    """What a process holds; one that has ended since it was looked up holds nothing."""
    from benchmark.measure import megabytes

    try:
        return megabytes(pid)
    except OSError:
        return 0.0


def _dawdle(port: int, ended: threading.Event) -> None:
    """Clients that send one byte a second, and come again when they are cut off."""
    slow: list[socket.socket] = []
    while not ended.wait(1):
        while len(slow) < SLOW_CLIENTS:
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
            connection.sendall(HALF_A_REQUEST)
            slow.append(connection)
        slow = [connection for connection in slow if _sends(connection)]
    for connection in slow:
        connection.close()


def _sends(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"x")
    except OSError:
        connection.close()
        return False
    return True


def _tell(results: Results, options) -> None:
    ordered = sorted(results.seconds)
    asked = len(ordered) + len(results.failures)
    print(f"{asked:,} questions at {options.rate:g} a second, {len(results.failures)} failed {results.failures[:5]}")
    print(f"{len(results.versions)} versions of the index answered; {SLOW_CLIENTS} clients dawdled all the while")
    if ordered:
        p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99))
        print(f"answer: p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {ordered[-1] * 1000:.0f} ms")
    if len(results.memory) > 3:
        levels = [megabytes for _, megabytes in results.memory]
        # The first versions are loaded in the first quarter; whether it grows is told by the others.
        later = results.memory[len(results.memory) // 4 :]
        slope = statistics.linear_regression(*zip(*later, strict=True)).slope * 60
        quarters = [
            f"{statistics.median(levels[n * len(levels) // 4 : (n + 1) * len(levels) // 4]):.0f}" for n in range(4)
        ]
        print(
            f"memory: {min(levels):.0f} to {max(levels):.0f} MB; medians of its quarters {', '.join(quarters)} MB; ",
            end="",
        )
        print(f"after the first, {slope:+.2f} MB a minute")


if __name__ == "__main__":
    sys.exit(main())
