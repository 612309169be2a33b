"""The benchmark's arithmetic and its doors; no time is asserted."""

import re
import subprocess
import sys
import threading

import numpy as np
import pytest
from support import SMALL_KNOWLEDGE

from benchmark import measure
from benchmark.figures import Results, Tuning, plots, report
from benchmark.scale import DIMENSIONS, ROWS_A_PASSAGE, Point, synthetic
from benchmark.scale import measure as measure_scale
from benchmark.stack import Handler, Server
from benchmark.systems import installed, ours
from coach.settings import read_settings

MEASURED = ("first", "turn", "turn95", "through1", "through8", "through32", "memory", "build")
# Threads of one encoding, whether they spin, and turns a second.
TRIED = ((1, True, 200.0), (2, True, 150.0), (2, False, 1180.0))


@pytest.fixture
def results():
    """Two rounds in which the plain stack takes ten times of everything, and the coach 1 and 3."""
    results = Results(
        tunings=[Tuning(4, *each) for each in TRIED], scale=[Point(3000, 54_000, 1.0, 0.1, 2.0, 10.0, 1.0)]
    )
    for value in (1.0, 3.0):
        for name in MEASURED:
            results.add("the coach", name, value)
            results.add("plain", name, 10.0)
        results.add("plain", "encode", 10.0)
        results.add("the coach", "edit", value / 10)
        results.add("the coach", "question", value / 2)
        results.add("the coach", "bare", value * 2)
        results.add("the coach", "hello", value * 4)
        results.add("the coach", "encoder", value * 5)
    return results


def test_a_ratio_is_of_one_round_with_its_spread(results):
    text = report(results, ours="the coach", plain="plain", rounds=2, quick=False)
    assert "| first answer | 0.20 [0.10, 0.30] | at most 0.15 |" in text
    assert "| words of one statement changed, against our full reindex | 0.10 [0.10, 0.10] | at most 0.1 |" in text
    assert "| memory of all processes (PSS), after the clients (MB) | 2 [1, 3] | 10 [10, 10] |" in text
    assert "| 3,000 | 54,000 | 1.00 | 0.100 | 2.00 | 10 | 1.000 |" in text
    assert "| full reindex, against encoding the same texts | 0.50 [0.50, 0.50] | at most 1.3 |" in text
    assert "not a measurement" not in text


def test_turns_are_told_as_shares_of_a_bare_hello_and_of_the_encoder(results):
    text = report(results, ours="the coach", plain="plain", rounds=2, quick=False)
    assert "| a bare JSON hello of the same server | 0.25 [0.25, 0.25] |" in text
    assert "| its encoder alone, in one process | 0.20 [0.20, 0.20] |" in text


def test_threads_that_were_tried_stand_in_one_table(results):
    text = report(results, ours="the coach", plain="plain", rounds=2, quick=False)
    assert "| threads | 1 thread | 2, which spin | 2, which sleep |" in text
    assert "| 4 | 200 | 150 | 1,180 |" in text


def test_a_quick_look_says_that_it_is_none(results):
    assert "not a measurement" in report(results, ours="the coach", plain="plain", rounds=1, quick=True)


def test_every_plot_of_the_report_is_drawn(results, tmp_path):
    plots(results, tmp_path)
    named = re.findall(r"\((\S+\.svg)\)", report(results, ours="the coach", plain="plain", rounds=1, quick=False))
    assert sorted(named) == sorted(path.name for path in tmp_path.iterdir())


def test_synthetic_passages_are_the_same_in_every_run_and_of_length_one():
    assert np.array_equal(synthetic(50), synthetic(50))
    assert not np.array_equal(synthetic(50), synthetic(50, draw=1))
    assert np.linalg.norm(synthetic(50), axis=1) == pytest.approx(np.ones(50 * ROWS_A_PASSAGE), abs=1e-5)


def test_a_question_about_a_synthetic_passage_is_nearest_to_a_row_of_it():
    cosines = synthetic(50, draw=1, rows=1) @ synthetic(50).T
    assert np.mean(cosines.argmax(axis=1) // ROWS_A_PASSAGE == np.arange(50)) > 0.9


def test_an_exact_index_finds_the_exact_first_ten_and_holds_at_least_its_vectors():
    point = measure_scale(500)
    assert point.recall == 1.0
    assert point.megabytes > point.rows * DIMENSIONS * 4 / 2**20


@pytest.fixture
def server():
    """A stack that finds what it is asked."""
    server = Server(("127.0.0.1", 0), Handler)
    server.search, server.encode = lambda text: [text], lambda text: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_stack_is_asked_over_http(server):
    client = measure.Client(server)
    assert client.ask("hello") == {"texts": ["hello"]}
    assert client.ask("hello", "/encode")["ms"] >= 0
    assert len(measure.turns(server, ["one", "two"])) == 2
    assert measure.throughput(server, ["one"], clients=3, seconds=0.1) > 0


def test_clients_that_are_refused_are_told_of_at_once():
    with pytest.raises(ConnectionRefusedError):
        measure.throughput(measure.free_port(), ["one"], clients=3, seconds=0.1)


def test_the_coach_is_served_without_limits_of_requests(tmp_path):
    for system in (ours(tmp_path, SMALL_KNOWLEDGE, "float32"), installed()):
        settings = read_settings(system.environment)
        assert (settings.limit_client, settings.limit_all) == ("", "")


def test_memory_counts_all_processes_of_a_family():
    # A shell that waits for a child of its own.
    with subprocess.Popen(["sh", "-c", f"{sys.executable} -c 'input()'; true"], stdin=subprocess.PIPE) as shell:
        try:
            assert measure.memory(shell) > 0
        finally:
            shell.communicate(b"\n")
