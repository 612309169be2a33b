"""A file that was not touched is not read again; any other is."""

import hashlib
import os
from unittest.mock import patch

import pytest

from coach.file_hashes import FileHashes, clean_up, remembered_hashes
from coach.settings import Settings

LONG_AGO = 10_000_000_000


@pytest.fixture
def memory(tmp_path):
    return tmp_path / "memory.json"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("words")
    return path


@pytest.fixture
def settled():
    """As if every file had been written long ago."""
    with patch("coach.file_hashes.SETTLED_NANOSECONDS", -LONG_AGO):
        yield


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def learned(memory, file):
    """What another process knows after this one has looked."""
    hashes = FileHashes(memory)
    hashes.of(file)
    hashes.save()
    return FileHashes(memory)


def never(*_, **__):
    raise AssertionError("the file was read")


def test_it_is_the_sha_256(memory, file):
    assert FileHashes(memory).of(file) == sha256("words")


def test_a_file_that_was_not_touched_is_not_read_again(memory, file, settled):
    hashes = learned(memory, file)
    with patch("pathlib.Path.open", never):
        assert hashes.of(file) == sha256("words")


def test_a_file_that_was_written_is_read_again_even_with_its_old_size_and_time(memory, file, settled):
    status = file.stat()
    hashes = learned(memory, file)
    file.write_text("swords"[1:][::-1])
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert hashes.of(file) == sha256("sdrow")


def test_a_file_that_was_replaced_is_read_again(memory, file, settled):
    hashes = learned(memory, file)
    other = file.with_name("other")
    other.write_text("drows")
    os.replace(other, file)
    assert hashes.of(file) == sha256("drows")


def test_a_file_that_was_written_a_moment_ago_is_not_trusted(memory, file):
    learned(memory, file)
    assert not memory.exists()


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"null", b'{"page": 5}', b"\xff"])
def test_a_damaged_memory_only_costs_time(memory, file, settled, data):
    memory.write_bytes(data)
    assert learned(memory, file).of(file) == sha256("words")


def test_a_memory_that_cannot_be_kept_is_no_error(tmp_path, file, settled):
    (tmp_path / "occupied").write_text("")
    assert learned(tmp_path / "occupied" / "memory.json", file).of(file) == sha256("words")


def test_a_memory_that_was_not_finished_leaves_the_old_one_and_is_cleaned_up(tmp_path, file, settled):
    settings = Settings(var=tmp_path / "var")
    hashes = remembered_hashes(settings)
    hashes.of(file)
    with patch("os.replace", side_effect=OSError):
        hashes.save()
    assert [path.name[0] for path in settings.var.iterdir()] == ["."]
    clean_up(settings)
    assert list(settings.var.iterdir()) == []


def test_files_that_are_gone_are_forgotten(memory, file, settled):
    hashes = FileHashes(memory)
    other = file.with_name("other")
    other.write_text("more")
    assert [hashes.of(file), hashes.of(other)] == [sha256("words"), sha256("more")]
    other.unlink()
    hashes.save()
    assert str(other) not in memory.read_text()
    with pytest.raises(FileNotFoundError):
        hashes.of(other)
