"""What goes wrong under a running chat, and that it comes back without a hand (see also test_live and test_store)."""

import errno
import os
import shutil
import time

import pytest
from support import WordEncoder, ask, touch

from app import create_app
from coach.search import store
from coach.settings import Key, Settings


def files_with_times(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_full_disk_keeps_the_old_words_and_the_next_reindex_works(settings, client, publish, monkeypatch):
    before = ask(client).json["index"]
    touch(settings)
    real, written = store._write, []

    def until_full(path, data):
        written.append(path)
        if len(written) == 4:
            path.write_bytes(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        real(path, data)

    monkeypatch.setattr(store, "_write", until_full)
    with pytest.raises(OSError, match="No space left"):
        publish()
    assert ask(client).json["index"] == before
    assert client.get("/readyz").status_code == 200
    monkeypatch.undo()
    assert ask(client).json["index"] == before
    assert publish().version == ask(client).json["index"] != before
    assert not [path for path in settings.index_folder.iterdir() if path.name.startswith(store.UNFINISHED)]


def test_serving_writes_nothing_so_that_var_may_be_read_only(settings):
    served = Settings(settings.knowledge, settings.var, secret_key=(Key("a-key-of-some-length"),))
    before = files_with_times(settings.var)
    client = create_app(served, WordEncoder).test_client()
    assert ask(client).status_code == 200
    assert client.get("/metrics").status_code == 200
    assert client.get("/nowhere").status_code == 404
    assert files_with_times(settings.var) == before


def test_an_index_replaced_by_anothers_files_is_refused_and_the_old_one_served(settings, client):
    before = ask(client).json["index"]
    stranger = "20300101T000000-deadbeef"
    folder = settings.index_folder / stranger
    shutil.copytree(settings.index_folder / before, folder)
    (settings.index_folder / "current").write_text(stranger)
    assert ask(client).json["index"] == before
    assert "names another version" in client.get("/readyz").json["trouble"]
    (settings.index_folder / "current").write_text(before)
    assert "trouble" not in client.get("/readyz").json


@pytest.mark.parametrize("written", ["", "../../etc", "\x00", "nonsense\n" * 1000])
def test_a_spoiled_name_of_the_current_index_is_told_and_mended(settings, client, written):
    before = ask(client).json["index"]
    (settings.index_folder / "current").write_text(written)
    assert ask(client).json["index"] == before
    assert client.get("/readyz").json["trouble"]
    (settings.index_folder / "current").write_text(before)
    assert client.get("/readyz").json == {"status": "ready", "index": before}


@pytest.mark.parametrize("jump", [-10 * 365 * 24 * 3600, -3600, 3600, 10 * 365 * 24 * 3600])
def test_a_clock_that_jumps_stops_no_answer(client, monkeypatch, jump):
    assert ask(client).status_code == 200
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    assert [ask(client).status_code for _ in range(3)] == [200] * 3
    assert client.get("/readyz").status_code == 200
    assert client.get("/metrics").status_code == 200


def test_a_fault_of_ours_is_told_without_its_words_and_logged_by_its_place(app, client, caplog, monkeypatch):
    def broken(message):
        raise RuntimeError(f"it choked on {message}")

    monkeypatch.setattr("coach.dialogue.coach.clean", broken)
    for response in (ask(client, "kumquatzebra"), client.post("/", data={"message": "kumquatzebra"})):
        assert response.status_code == 500
        assert "kumquatzebra" not in response.text
    monkeypatch.undo()
    from coach.web.logs import JsonLines, TextLines

    faults = [record for record in caplog.records if record.getMessage() == "fault"]
    assert len(faults) == 2
    for lines in (JsonLines(), TextLines()):
        line = lines.format(faults[0])
        assert "RuntimeError" in line
        assert "test_faults.py" in line
        assert "kumquatzebra" not in line
    assert ask(client).status_code == 200
