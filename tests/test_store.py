"""Published versions on disk: whole, checked, replaced at one stroke, and safe from whoever dies on the way."""

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from support import flipped

from coach.errors import IndexDamaged, IndexMissing, ReindexRunning
from coach.search import store

ROOT = Path(__file__).parent.parent
NAMES = ("rows.json", "vectors.bin")
# A publish syncs its two files, the manifest, the folder, the new `current` and the root, in this order.
SYNCS_BEFORE_THE_NEW_VERSION_IS_CURRENT = 5
KILLS = 20
# A step through a file that touches each byte, and in the course of eight bytes every bit.
BITS = 5
FAILURE = "the disk is gone"

# What other processes do; each is given the root as its argument.
PUBLISH_WITHOUT_END = """
import sys; from itertools import count; from pathlib import Path; from coach.search import store
root = Path(sys.argv[1])
with store.publishing_lock(root):
    store.clean_up(root)
    for number in count(int(sys.argv[2])):
        files = {name: b"%d" % number * 1000 for name in ("rows.json", "vectors.bin")}
        store.publish(root, files, model="words", knowledge="", counts={"number": number}, exports={})
        print(number, flush=True)
"""
HOLD_THE_LOCK = """
import sys; from pathlib import Path; from coach.search import store
with store.publishing_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
PUBLISH_ON_A_FULL_DISK = """
import resource, sys; from pathlib import Path; from coach.search import store
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    store.publish(Path(sys.argv[1]), {"rows.json": b"x" * 5000}, model="words", knowledge="", counts={}, exports={})
except OSError as error:
    print(error.strerror)
"""


@pytest.fixture
def root(tmp_path):
    return tmp_path / "index"


def publish(root, number=1):
    """A version whose every file says `number`."""
    files = {name: f"{number}".encode() * 10 for name in NAMES}
    return store.publish(
        root, files, model="words", knowledge=f"digest {number}", counts={"number": number}, exports={}
    )


def roll_back(root):
    """Serve the version before the current one, which is returned."""
    manifest = store.version_before(root)
    store.roll_back(root, manifest)
    return manifest


def loaded(root):
    """The number that every file of the current version says."""
    manifest, files = store.load(root)
    assert set(files) == set(NAMES)
    number = manifest.counts["number"]
    assert all(data == f"{number}".encode() * (len(data) // len(f"{number}")) for data in files.values())
    return number


def versions(root):
    return {path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")}


def unfinished(root):
    return [path.name for path in root.iterdir() if path.name.startswith(".")]


@contextmanager
def process(code, *arguments):
    """Another process that runs `code`, dead when the block ends."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def file_of(root, name):
    """The path of `current`, or of a file of the current version."""
    return root / name if name == store.CURRENT else root / store.current_version(root) / name


def damage(root, name, data):
    """Loads with `data` in place of that file's bytes, and gives what the refusal says."""
    file_of(root, name).write_bytes(data)
    with pytest.raises(IndexDamaged) as refused:
        store.load(root)
    return str(refused.value)


def test_what_was_published_is_loaded(root):
    files = {"rows.json": b"[]", "vectors.bin": bytes(range(256)), "empty": b""}
    manifest = store.publish(root, files, model="words", knowledge="digest", counts={"pages": 3}, exports={})
    assert store.load(root) == (manifest, files)


def test_a_manifest_says_what_its_version_is_made_of(root):
    manifest = store.publish(
        root, {"rows.json": b"[]"}, model="words", knowledge="digest", counts={"pages": 3}, exports={}
    )
    assert manifest == store.Manifest(
        format=3,
        version=store.current_version(root),
        model="words",
        knowledge="digest",
        counts={"pages": 3},
        files={"rows.json": hashlib.sha256(b"[]").hexdigest()},
        exports={},
    )
    assert store.read_manifest(root, manifest.version) == manifest


def test_nothing_but_the_versions_and_the_name_of_the_current_one_is_left(root):
    manifest = publish(root)
    assert {path.name for path in root.rglob("*")} == {"current", manifest.version, "manifest.json", *NAMES}


def test_before_the_first_publish_the_index_is_missing(root):
    with pytest.raises(IndexMissing, match="no index has been built yet"):
        store.load(root)


def test_the_last_two_versions_are_kept(root):
    published = [publish(root, number).version for number in range(5)]
    assert versions(root) == set(published[-2:])
    assert store.current_version(root) == published[-1]


def test_the_version_that_was_served_is_kept_even_if_it_is_not_the_newest(root):
    served = publish(root, 1).version
    publish(root, 2)
    (root / store.CURRENT).write_text(served)
    newest = publish(root, 3).version
    assert versions(root) == {served, newest}


def test_a_reader_meets_only_whole_versions(root):
    publish(root, 0)
    met, failures, done = [], [], threading.Event()

    def read():
        while not done.is_set():
            try:
                met.append(loaded(root))
            except Exception as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 51):
        publish(root, number)
    done.set()
    reader.join()
    assert failures == []
    assert met == sorted(met)
    assert len(set(met)) > 10


def test_a_reader_whose_version_is_removed_meanwhile_gets_the_newest(root):
    publish(root, 1)
    read_manifest, to_publish = store.read_manifest, [2, 3]

    def read_slowly(*arguments):
        manifest = read_manifest(*arguments)
        numbers, to_publish[:] = to_publish[:], []
        for number in numbers:
            publish(root, number)
        return manifest

    with patch.object(store, "read_manifest", read_slowly):
        assert loaded(root) == 3


@pytest.mark.parametrize("name", [store.MANIFEST, *NAMES])
def test_a_missing_file_is_named(root, name):
    publish(root)
    path = file_of(root, name)
    path.unlink()
    with pytest.raises(IndexDamaged, match=re.escape(f"{path} cannot be read (")):
        store.load(root)


def test_without_the_name_of_the_current_version_there_is_no_index(root):
    publish(root)
    (root / store.CURRENT).unlink()
    with pytest.raises(IndexMissing):
        store.load(root)


@pytest.mark.parametrize("name", [store.CURRENT, store.MANIFEST, *NAMES])
def test_a_file_cut_short_is_named(root, name):
    publish(root)
    path = file_of(root, name)
    whole = path.read_bytes()
    for length in range(len(whole)):
        assert str(path) in damage(root, name, whole[:length])
        (root / store.CURRENT).write_bytes(whole if name == store.CURRENT else path.parent.name.encode())


@pytest.mark.parametrize("name", [store.MANIFEST, *NAMES])
def test_one_flipped_bit_is_noticed_wherever_it_is(root, name):
    publish(root)
    path = file_of(root, name)
    whole = path.read_bytes()
    for position in range(0, len(whole) * 8, BITS):
        assert str(path) in damage(root, name, flipped(whole, position))


def test_one_flipped_bit_in_the_name_of_the_current_version_is_noticed(root):
    publish(root)
    whole = (root / store.CURRENT).read_bytes()
    for position in range(0, len(whole) * 8, BITS):
        # It is no name of a version, or it is one that is not there.
        assert re.search(
            "/current (names|cannot)|manifest.json cannot", damage(root, store.CURRENT, flipped(whole, position))
        )


@pytest.mark.parametrize("name", ["../elsewhere", "..", ".", "", "a/b", "/etc", "a\0b", "elsewhere", "x" * 300])
def test_only_the_name_of_a_version_leads_to_one(root, name):
    version = publish(root).version
    for other in (root.parent, root.parent / "elsewhere", root / "elsewhere", root / "a" / "b"):
        shutil.copytree(root / version, other, dirs_exist_ok=True)
    assert f"the file {root / 'current'} names no version" in damage(root, store.CURRENT, name.encode())


def test_a_version_under_the_name_of_another_is_refused(root):
    old, new = publish(root, 1).version, publish(root, 2).version
    shutil.copy(root / old / store.MANIFEST, root / new / store.MANIFEST)
    with pytest.raises(IndexDamaged, match=f"names another version, {old}"):
        store.load(root)


def test_another_format_is_refused_by_its_number(root):
    publish(root)
    fields = json.loads(file_of(root, store.MANIFEST).read_bytes())
    told = damage(root, store.MANIFEST, json.dumps(fields | {"format": 7}).encode())
    assert told == f"the index {file_of(root, store.MANIFEST)} has format 7, this program reads 3"


@pytest.mark.parametrize("data", [b"[]", b"{}", b"5", b"null", b'{"format": 3}', b"\xff\xfe", b"not json"])
def test_a_manifest_that_is_none_is_named(root, data):
    publish(root)
    path = file_of(root, store.MANIFEST)
    assert damage(root, store.MANIFEST, data).startswith(f"the manifest {path} cannot be read (")


def fail(*_, **__):
    raise OSError(FAILURE)


def assert_nothing_is_left_of_an_interrupted_publish(root, *, serving):
    assert loaded(root) == serving
    store.clean_up(root)
    assert unfinished(root) == []
    assert loaded(root) == serving
    kept = {store.current_version(root), publish(root, 99).version}
    assert versions(root) == kept


@pytest.mark.parametrize(("owner", "call"), [(os, "replace"), (Path, "rename"), (Path, "mkdir"), (json, "dumps")])
def test_a_publish_that_fails_leaves_the_old_version(root, owner, call):
    publish(root, 1)
    with patch.object(owner, call, fail), pytest.raises(OSError, match=FAILURE):
        publish(root, 2)
    assert_nothing_is_left_of_an_interrupted_publish(root, serving=1)


@pytest.mark.parametrize("syncs", range(6))
def test_a_publish_that_fails_at_any_step_leaves_a_whole_version(root, syncs):
    publish(root, 1)
    with (
        patch.object(os, "fsync", side_effect=[None] * syncs + [OSError(FAILURE)]),
        pytest.raises(OSError, match=FAILURE),
    ):
        publish(root, 2)
    serving = 1 if syncs < SYNCS_BEFORE_THE_NEW_VERSION_IS_CURRENT else 2
    assert_nothing_is_left_of_an_interrupted_publish(root, serving=serving)


def test_a_removal_that_failed_is_no_error_and_is_finished_by_the_clean_up(root):
    def half(folder):
        (folder / store.MANIFEST).unlink()
        fail()

    publish(root, 1)
    publish(root, 2)
    with patch.object(shutil, "rmtree", half):
        publish(root, 3)
    assert_nothing_is_left_of_an_interrupted_publish(root, serving=3)


def test_a_publisher_that_is_killed_leaves_a_whole_version(root):
    publish(root, 0)
    published, chance = 0, random.Random(1)
    for _ in range(KILLS):
        with process(PUBLISH_WITHOUT_END, root, published + 1) as publisher:
            first = int(publisher.stdout.readline())
            time.sleep(chance.uniform(0, 0.02))
            publisher.kill()
            told = [first, *map(int, publisher.stdout.read().split())]
        # The last one may have become current without being told any more.
        assert loaded(root) in (told[-1], told[-1] + 1)
        published = loaded(root)
    assert_nothing_is_left_of_an_interrupted_publish(root, serving=published)


def test_a_full_disk_leaves_the_old_version(root):
    publish(root, 1)
    with process(PUBLISH_ON_A_FULL_DISK, root) as publisher:
        assert publisher.communicate()[0] == "File too large\n"
    assert_nothing_is_left_of_an_interrupted_publish(root, serving=1)


def test_cleaning_up_keeps_what_is_published(root):
    publish(root, 1)
    publish(root, 2)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    store.clean_up(root)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_second_publisher_is_told_who_holds_the_lock(root):
    with process(HOLD_THE_LOCK, root) as holder:
        assert holder.stdout.readline() == "held\n"
        told = f"another reindex is running \\(process {holder.pid}\\); try again when it is done"
        with pytest.raises(ReindexRunning, match=told), store.publishing_lock(root):
            pass


def test_the_lock_of_a_process_that_was_killed_is_free(root):
    with process(HOLD_THE_LOCK, root) as holder:
        holder.stdout.readline()
    with store.publishing_lock(root):
        assert (root / "lock").read_text() == str(os.getpid())


def test_the_lock_is_free_after_a_failure(root):
    with pytest.raises(OSError, match=FAILURE), store.publishing_lock(root):
        fail()
    with store.publishing_lock(root):
        pass


def test_the_version_before_can_be_served_again(root):
    first = publish(root, 1)
    publish(root, 2)
    assert roll_back(root) == first
    assert loaded(root) == 1
    assert store.withdrawn_words(root) == "digest 2"
    assert_nothing_is_left_of_an_interrupted_publish(root, serving=1)
    assert store.withdrawn_words(root) == ""


def test_the_same_words_in_another_form_neither_begin_nor_end_a_withdrawal(root):
    publish(root, 1)
    publish(root, 1)
    roll_back(root)
    assert store.withdrawn_words(root) == ""
    publish(root, 2)
    roll_back(root)
    publish(root, 1)
    assert store.withdrawn_words(root) == "digest 2"


def test_there_is_nothing_before_the_first_version(root):
    first = publish(root, 1).version
    with pytest.raises(IndexMissing, match=f"there is no version before {first} to go back to"):
        store.version_before(root)
    publish(root, 2)
    roll_back(root)
    with pytest.raises(IndexMissing, match=f"there is no version before {first} to go back to"):
        store.version_before(root)


def test_a_damaged_version_is_not_gone_back_to(root):
    first = publish(root, 1).version
    publish(root, 2)
    (root / first / NAMES[0]).write_bytes(b"")
    with pytest.raises(IndexDamaged):
        store.version_before(root)
    assert loaded(root) == 2
    assert store.withdrawn_words(root) == ""
