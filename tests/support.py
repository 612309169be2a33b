"""What the tests share besides fixtures: a fake embedding model with exact meaning, and ways to run the scripts."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from coach.content.knowledge import read_knowledge
from coach.errors import ContentFaults, ExportImpossible

SCRIPTS = Path(__file__).parent.parent / "scripts"
SMALL_KNOWLEDGE = Path(__file__).parent / "data" / "knowledge"
TODAY = date(2026, 11, 22)
WORD = re.compile(r"\w+")


class WordEncoder:
    """Shared words make near vectors: each word has a direction of its own, a text is their sum."""

    def __init__(self, identity: str = "words"):
        self.identity = identity
        self.encoded: list[str] = []

    def encode(self, texts, *, progress=False):
        self.encoded += texts
        vectors = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in WORD.findall(text.casefold()):
                vectors[row, zlib.crc32(word.encode()) % 511] += 1
            # A text without words still needs a direction.
            vectors[row, 511] = 0.01
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def export(self, path, precision):
        raise ExportImpossible("words are no model")


class Quiet:
    """Progress that nobody watches."""

    def stage(self, what):
        pass


@dataclass(frozen=True)
class Site:
    """A chat served by scripts/serve.py with the real model over a copy of the small knowledge base."""

    address: str
    folder: Path
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen


def faults(folder, *, today=TODAY):
    """The lines that a writer is told about the knowledge base in `folder`, which must have faults."""
    with pytest.raises(ContentFaults) as refused:
        read_knowledge(folder, today=today)
    assert str(refused.value) == "\n".join(map(str, refused.value.faults))
    return [str(fault) for fault in refused.value.faults]


def edit(folder, name, old, new):
    """Write `new` over the first `old` in a file; over all of it when `old` is None, no file at all when `new` is."""
    path = folder / name
    if new is None:
        path.unlink()
        return
    text = path.read_text("utf-8")
    assert old is None or old in text
    path.write_text(new if old is None else text.replace(old, new, 1), "utf-8")


def run_script(name, *arguments, environment=None, **options):
    """scripts/<name>, run to its end as a person would; returns the finished process with its text."""
    command = [sys.executable, str(SCRIPTS / name), *arguments]
    options = {"capture_output": True, "text": True, "timeout": 300} | options
    return subprocess.run(command, env={**os.environ, **(environment or {})}, **options)


def touch(settings):
    """Change a file of the words, but nothing that is said: the next reindex publishes a new version."""
    with (settings.knowledge / "contacts.yaml").open("a") as file:
        file.write("# touched\n")


def flipped(data, position):
    """The bytes with one bit changed."""
    changed = bytearray(data)
    changed[position // 8] ^= 1 << position % 8
    return bytes(changed)


def ask(client, message="what is a mentor", **options):
    """The response of the JSON API."""
    return client.post("/api/chat", json={"message": message}, **options)


def children(pid):
    """The numbers of the processes that a process started."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(number) for number in told.stdout.split()]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(happened, *, seconds, what):
    """Return the first true value of `happened()`; fail after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(urllib.error.URLError, ConnectionError):
            if value := happened():
                return value
        time.sleep(0.1)
    pytest.fail(f"{what} did not happen within {seconds} s")


class Process:
    """The small knowledge base served by a process of its own (tests/small_server.py)."""

    def __init__(self, settings, log, **environment):
        self.port, self.log = free_port(), log
        self.address = f"http://127.0.0.1:{self.port}"
        told = {"COACH_KNOWLEDGE": str(settings.knowledge), "COACH_VAR": str(settings.var)}
        unlimited = {"COACH_LIMIT_CLIENT": "", "COACH_LIMIT_ALL": ""}
        command = [sys.executable, str(Path(__file__).parent / "small_server.py"), str(self.port)]
        with log.open("a") as output:
            self.process = subprocess.Popen(
                command, env={**os.environ, **told, **unlimited, **environment}, stdout=output, stderr=output
            )

    def __enter__(self):
        try:
            self.wait_until_ready()
        except BaseException:
            # A block that is not entered is not left either.
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=40)

    def wait_until_ready(self):
        wait_until(lambda: urllib.request.urlopen(f"{self.address}/readyz"), seconds=60, what="the start")

    def ask(self, message="what is a mentor", state=None, timeout=20):
        """The reply as the JSON API gives it; raises when it is none."""
        body = json.dumps({"message": message, "state": state}).encode()
        request = urllib.request.Request(f"{self.address}/api/chat", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return json.load(response)

    def workers(self):
        """The numbers of the processes that answer."""
        return children(self.process.pid)
