"""Whoever dies on the way, fills the disk, or flips a bit: readers meet one whole version, and the next run mends it.

`KILLS=200 python3 scripts/test.py tests/test_interruptions.py` kills as many; the suite kills a few.
"""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from broken_content import SPONSOR
from support import WordEncoder, edit, flipped, run_script, wait_until

from app import create_app
from coach.errors import IndexDamaged
from coach.published import load_coach
from coach.search import store
from coach.versions import history

KILLS = int(os.environ.get("KILLS", "20"))
FLIPS_IN_A_FILE = 12
TESTS = Path(__file__).parent
MARK = re.compile(r"Mark ([a-z]+)\.")

# Imports everything and computes nothing, so that it can be forked; each line on its input is a limit to the size of
# a file (0 for none) and starts a child that reindexes. Prints the child's number, and at its end what became of it.
NURSERY = """
import os, resource, sys, time
from pathlib import Path
from tempfile import TemporaryDirectory
from support import TODAY, Quiet, WordEncoder
from coach.errors import CoachError
from coach.reindex import reindex
from coach.settings import Precision, Settings
import scipy.sparse, torch.optim

class Exporting(WordEncoder):
    # It takes a while, and is written as the export of a model is.

    def export(self, path, precision):
        with TemporaryDirectory(dir=path.parent, prefix=".unfinished-") as folder:
            for step in range(20):
                with Path(folder, "graph").open("a") as graph:
                    graph.write("words" * 100)
                time.sleep(0.01)
            os.replace(Path(folder, "graph"), path)

    def exported(self, path):
        return WordEncoder()

# No version on disk names an export of this precision, so that one is made.
settings = Settings(knowledge=Path(sys.argv[1]), var=Path(sys.argv[2]), precision=Precision.INT8)
print("ready", flush=True)
for line in sys.stdin:
    if child := os.fork():
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)
        continue
    try:
        if limit := int(line):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        reindex(settings, Exporting(), Quiet(), today=TODAY)
        os._exit(0)
    except OSError:
        os._exit(3)
    except CoachError:
        os._exit(4)
"""
PUBLISHED, DISK_FULL = 0, 3


class Nursery:
    """Starts reindexes in processes of their own, one at a time."""

    def __init__(self, process):
        self._process = process
        self._line()

    def _line(self):
        return self._process.stdout.readline().strip()

    def start(self, limit=0):
        self._process.stdin.write(f"{limit}\n")
        self._process.stdin.flush()
        return int(self._line())

    def end(self):
        """The exit status of the one started last; negative for the signal that killed it."""
        return os.waitstatus_to_exitcode(int(self._line()))

    def run(self, limit=0):
        self.start(limit)
        return self.end()


@pytest.fixture
def nursery(settings):
    command = [sys.executable, "-c", NURSERY, str(settings.knowledge), str(settings.var)]
    # One thread: many small computations beside each other would only wait for each other.
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}", "OMP_NUM_THREADS": "1"}
    environment |= {"OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environment, stdin=-1, stdout=-1, text=True) as process:
        try:
            yield Nursery(process)
        finally:
            process.kill()


@pytest.fixture
def mark(settings):
    """Write a word into two sections of the page on sponsors, which one answer shows together."""
    page = settings.knowledge / SPONSOR
    page.write_text(
        page.read_text()
        .replace("A sponsor uses influence", "Mark zero. [@coach]\nA sponsor uses influence")
        .replace("- **First, ask:**", "- Mark zero. See what it does. [@coach]\n- **First, ask:**")
    )
    return lambda word: page.write_text(MARK.sub(f"Mark {word}.", page.read_text()))


@contextmanager
def asking(settings):
    """A client that asks without pause; yields what it was told, as (index, the words it read)."""
    client = create_app(replace(settings, limit_client="", limit_all=""), WordEncoder).test_client()
    told, failures, done = [], [], threading.Event()

    def ask():
        while not done.is_set():
            reply = client.post("/api/chat", json={"message": "how do I sponsor someone"})
            if reply.status_code != 200:
                failures.append(reply.json)
            else:
                told.append((reply.json["index"], tuple(MARK.findall(reply.json["text"]))))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield told
    finally:
        done.set()
        thread.join()
    assert failures == []


def word(number):
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def unfinished(settings):
    """What an interrupted process leaves; a cache that was not finished is written over the next time."""
    return [path for path in settings.var.rglob("*") if "unfinished" in path.name and path.name != "vectors.unfinished"]


def test_a_reindex_killed_at_any_instant_leaves_one_whole_version(settings, nursery, mark):
    mark("zero")
    started = time.monotonic()
    assert nursery.run() == PUBLISHED
    # Some come too late: they show that nothing is killed that is not running.
    longest = 1.1 * (time.monotonic() - started)
    chance, killed = random.Random(3), 0
    with asking(settings) as told:
        for number in range(KILLS):
            mark(word(number))
            for export in settings.models_folder.glob("*/*.onnx"):
                export.unlink()
            child = nursery.start()
            time.sleep(chance.uniform(0, longest))
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            killed += nursery.end() == -signal.SIGKILL
            store.load(settings.index_folder)
    # How many come in time depends on the machine.
    assert killed
    assert {len(words) for _, words in told} == {2}
    assert [words for _, words in told if words[0] != words[1]] == []
    assert all(len({words for index, words in told if index == each}) == 1 for each, _ in told[:: len(told) // 20 or 1])
    mark("last")
    assert nursery.run() == PUBLISHED
    assert unfinished(settings) == []
    version, coach = load_coach(settings.index_folder, WordEncoder())
    assert "Mark last." in coach.knowledge.passage("sponsor#how-to").body
    assert version in history.versions(settings)


def test_a_reindex_killed_while_it_exports_is_cleaned_up_after(settings, nursery, mark):
    mark("zero")
    child = nursery.start()
    wait_until(lambda: list(settings.models_folder.glob("*/.*/graph")), seconds=60, what="the export")
    os.kill(child, signal.SIGKILL)
    assert nursery.end() == -signal.SIGKILL
    (settings.var / ".unfinished-file-hashes.json-1").write_text("{")
    assert len(unfinished(settings)) == 2
    assert nursery.run() == PUBLISHED
    assert unfinished(settings) == []


@pytest.mark.parametrize("limit", [1, 4_000, 30_000, 100_000])
def test_a_full_disk_leaves_the_old_version_and_the_next_run_cleans_up(settings, nursery, mark, limit):
    before = store.current_version(settings.index_folder)
    mark("full")
    with asking(settings) as told:
        assert nursery.run(limit) == DISK_FULL
    assert {index for index, _ in told} == {before}
    assert nursery.run() == PUBLISHED
    assert unfinished(settings) == []


def test_a_second_reindex_is_told_who_holds_the_lock(settings):
    environment = {"COACH_KNOWLEDGE": str(settings.knowledge), "COACH_VAR": str(settings.var)}
    edit(settings.knowledge, SPONSOR, "That is more than advice.", "That is far more than advice.")
    with store.publishing_lock(settings.index_folder):
        done = run_script("reindex.py", environment=environment)
    assert done.returncode == 1
    assert f"another reindex is running (process {os.getpid()}); try again when it is done" in done.stderr


def test_a_bit_flipped_anywhere_in_an_index_is_found_before_faiss_reads_it(settings, monkeypatch):
    monkeypatch.setattr("faiss.deserialize_index", lambda _: pytest.fail("FAISS read it"))
    folder = settings.index_folder / store.current_version(settings.index_folder)
    chance = random.Random(5)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for _ in range(FLIPS_IN_A_FILE):
            path.write_bytes(flipped(whole, chance.randrange(len(whole) * 8)))
            with pytest.raises(IndexDamaged, match=re.escape(str(path))):
                load_coach(settings.index_folder, WordEncoder())
        path.write_bytes(whole)


def test_a_bit_flipped_in_the_vector_cache_costs_time_only(settings, encoder, publish):
    path = settings.var / "vectors.safetensors"
    path.write_bytes(flipped(path.read_bytes(), path.stat().st_size * 4))
    edit(settings.knowledge, SPONSOR, "That is more than advice.", "That is far more than advice.")
    report = publish()
    assert report.published
    assert len(encoder.encoded) == report.encoded > 30


def test_a_bit_flipped_in_the_history_is_never_taken_for_its_words(settings):
    version = store.current_version(settings.index_folder)
    path = settings.var / "history" / f"{version}.json.gz"
    whole, kept = path.read_bytes(), history.entry(settings, version)
    for position in range(0, len(whole) * 8, len(whole) * 8 // 60):
        path.write_bytes(flipped(whole, position))
        # In what names the tool that compressed it, a bit changes nothing.
        with suppress(history.VersionUnknown):
            assert history.entry(settings, version) == kept
