"""How far a reindex is: told as it goes, with the time left judged by the last one."""

import json
from unittest.mock import patch

import pytest

from coach.bench.stages import Stages

LAST = {"Checking": 2, "Exporting": 40, "Encoding": 90, "Learning": 30, "Building": 3, "Asking": 5}


@pytest.fixture
def memory(tmp_path):
    path = tmp_path / "stages.json"
    path.write_text(json.dumps(LAST))
    return path


@pytest.fixture
def clock():
    """Seconds, set by the test."""
    with patch("coach.bench.stages.time.monotonic", return_value=0.0) as now:
        yield now


def test_what_will_hardly_run_again_is_not_counted_before_it_begins(memory, clock):
    told = []
    stages = Stages(memory, told.append)
    for what in ("Checking the words", "Exporting the model", "Encoding 3 new texts", "Learning from 9", "Building it"):
        stages.stage(what)
    assert told == [
        "[  0.0 s, about 10 s left] Checking the words ...",
        "[  0.0 s, about 48 s left] Exporting the model ...",
        "[  0.0 s] Encoding 3 new texts ...",
        "[  0.0 s, about 38 s left] Learning from 9 ...",
        "[  0.0 s, about 8 s left] Building it ...",
    ]


def test_the_first_run_and_a_new_stage_promise_nothing(tmp_path, memory, clock):
    told = []
    Stages(tmp_path / "none.json", told.append).stage("Checking the words")
    Stages(memory, told.append).stage("Dancing")
    assert told == ["[  0.0 s] Checking the words ...", "[  0.0 s] Dancing ..."]


def test_what_each_stage_took_is_remembered_beside_those_that_did_not_run(memory, clock):
    stages = Stages(memory, lambda _: None)
    stages.stage("Checking the words")
    clock.return_value = 7.0
    stages.stage("Building it")
    clock.return_value = 8.0
    stages.finish()
    assert json.loads(memory.read_text()) == LAST | {"Checking": 7, "Building": 1}
    assert stages.elapsed == 8


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b'{"Checking": "x"}', b"\xff"])
def test_a_damaged_memory_promises_nothing(memory, clock, data):
    memory.write_bytes(data)
    told = []
    Stages(memory, told.append).stage("Checking the words")
    assert told == ["[  0.0 s] Checking the words ..."]
