"""Measure speed and memory beside the plain stack, in alternating runs, and write docs/benchmark.md with its plots."""

import argparse
import os
import re
import shutil
import sys
import time
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from _environment import ROOT, enter

WARM_UP = 20
CLIENTS = 8
# Passages; the real knowledge base has some 930.
SIZES = (1_000, 3_000, 30_000)
# Threads that answer; and those of one encoding, with whether they spin in wait for work.
THREADS, ENCODING_THREADS = (2, 4, 8), ((1, True), (2, True), (2, False))
# Edits of roles/sponsor.md: a word in its first statement, and one more question in its list.
EDITS = [
    ("edit", r"\. (?=\[@)", " indeed. "),
    ("question", r'(?m)^(?=    - ")', '    - "who would put in a word for me when it counts"\n'),
]


def main() -> int:
    """0 when the report is written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few minutes on small knowledge: does it run at all?")
    parser.add_argument("--peers", action="store_true", help="also txtai, LangChain, LlamaIndex, Haystack and Chroma")
    parser.add_argument(
        "--threads", action="store_true", help="only print how many turns a second how many threads give"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (%(default)s)")
    parser.add_argument("--output", type=Path, help="folder for the report (docs/; with --quick a temporary one)")
    options = parser.parse_args()
    enter()
    from benchmark.figures import tunings_table

    seconds = 1 if options.quick else 5
    if options.threads:
        print(tunings_table(_try_threads(_installed(), _messages(quick=options.quick), seconds=seconds)))
        return 0
    output = options.output or (Path(mkdtemp(prefix="benchmark-report-")) if options.quick else ROOT / "docs")
    _say(f"written: {_write(_measure_all(options, seconds=seconds), options, output)}")
    return 0


def _measure_all(options, *, seconds: float):
    """Every system in turn, round by round; then the threads and the sizes."""
    from benchmark.figures import Results
    from benchmark.scale import measure

    results, messages = Results(), _messages(quick=options.quick)
    with TemporaryDirectory(prefix="benchmark-") as folder:
        systems = _systems(Path(folder), quick=options.quick, peers=options.peers)
        for round_ in range(1 if options.quick else options.rounds):
            for system in systems:
                _say(f"round {round_ + 1}: {system.name}")
                # An index from nothing takes minutes: the first round builds, the others serve what it built.
                _measure(system, results, messages, seconds=seconds, builds=not round_)
        results.tunings += _try_threads(systems[0], messages, seconds=seconds)
    for passages in SIZES[:2] if options.quick else SIZES:
        _say(f"scale: {passages:,} passages")
        results.scale.append(measure(passages))
    return results


def _write(results, options, output: Path) -> Path:
    from benchmark.figures import plots, report

    ours, plain, *_ = results.values
    text = report(results, ours=ours, plain=plain, rounds=len(results.values[ours]["first"]), quick=options.quick)
    output.mkdir(parents=True, exist_ok=True)
    (output / "benchmark.md").write_text(text)
    plots(results, output)
    return output / "benchmark.md"


def _try_threads(system, messages: list[str], *, seconds: float) -> list:
    """Turns a second of the coach, once for each choice of threads."""
    from benchmark import measure
    from benchmark.figures import Tuning
    from benchmark.systems import tuned

    tried = []
    for threads, (encoding_threads, spin) in product(THREADS, ENCODING_THREADS):
        _say(f"threads: {threads}, of one encoding {encoding_threads}{'' if spin else ', which sleep'}")
        with measure.serving(
            tuned(system, threads=threads, encoding_threads=encoding_threads, spin=spin), messages[0]
        ) as served:
            measure.turns(served.port, messages[:WARM_UP])
            rate = measure.throughput(served.port, messages, clients=CLIENTS, seconds=seconds)
        tried.append(Tuning(threads, encoding_threads, spin, rate))
    return tried


def _installed():
    """The coach over the index that this checkout has."""
    from benchmark.systems import installed
    from coach.encoders import serving_encoder
    from coach.errors import CoachError, IndexUnavailable
    from coach.settings import read_settings

    system = installed()
    try:
        serving_encoder(read_settings(system.environment))
    except IndexUnavailable as error:
        sys.exit(f"{error}; run `python3 scripts/reindex.py`.")
    except CoachError as error:
        sys.exit(f"{error}.")
    return system


def _systems(folder: Path, *, quick: bool, peers: bool):
    """The coach, the plain stack, the coach with eight-bit weights, and the peers when asked for."""
    from benchmark.systems import PEERS, ours, peer_python, stack
    from coach.content.knowledge import read_knowledge
    from coach.dialogue.training import passage_rows
    from coach.search.encoder import model_folder

    knowledge = ROOT / "tests" / "data" / "knowledge" if quick else ROOT / "knowledge"
    texts = list(dict.fromkeys(row.text for row in passage_rows(read_knowledge(knowledge, today=date.today()))))
    model = model_folder("packaged")
    systems = [ours(folder / "coach", knowledge, precision) for precision in ("float32", "int8")]
    systems.insert(1, stack("plain", folder / "plain", texts, model))
    for name in PEERS if peers else ():
        _say(f"environment of {name}")
        python = peer_python(name, ROOT / "var" / "peers")
        systems.append(stack(name, folder / name, texts, model, python))
    return systems


def _messages(*, quick: bool) -> list[str]:
    from coach.evaluation.measures import read_questions

    questions = read_questions(ROOT / "tests" / "data" / "questions.jsonl", split="dev")
    return [question.text for question in questions][: WARM_UP + (50 if quick else 300)]


def _measure(system, results, messages: list[str], *, seconds: float, builds: bool) -> None:
    """One round of one system: its index, and then the running system."""
    from benchmark import encoding

    if builds and "int8" in system.name:
        # The same index; only the model is exported once more.
        system.run_build()
    elif builds:
        _measure_building(system, results)
    _measure_serving(system, results, messages, seconds=seconds)
    if system.is_ours:
        rate = encoding.encodings_a_second(system.environment, messages, threads=CLIENTS, seconds=seconds)
        results.add(system.name, "encoder", rate)


def _measure_building(system, results) -> None:
    """Its index from nothing; of the coach also two edits, and the encoding of its texts alone."""
    from benchmark import encoding

    _empty(system)
    results.add(system.name, "build", _timed(system.run_build))
    if not system.is_ours:
        return
    results.add(system.name, "bare", encoding.seconds_of_a_full_reindex(system.environment))
    sponsor = system.folder / "knowledge" / "roles" / "sponsor.md"
    for name, pattern, new in EDITS:
        text = sponsor.read_text()
        sponsor.write_text(re.sub(pattern, new, text, count=1))
        results.add(system.name, name, _timed(system.run_build))
        sponsor.write_text(text)
        # So that the next edit has nothing to encode but itself.
        system.run_build()


def _measure_serving(system, results, messages: list[str], *, seconds: float) -> None:
    """A start, turns, clients, memory."""
    import numpy as np

    from benchmark import measure

    with measure.serving(system, messages[0]) as served:
        results.add(system.name, "first", served.first_answer)
        measure.turns(served.port, messages[:WARM_UP])
        times = measure.turns(served.port, messages[WARM_UP:])
        results.add(system.name, "turn", float(np.median(times)))
        results.add(system.name, "turn95", float(np.percentile(times, 95)))
        if not system.is_ours:
            results.add(system.name, "encode", float(np.median(measure.encodings(served.port, messages[WARM_UP:]))))
        for clients in (1, CLIENTS, 32):
            rate = measure.throughput(served.port, messages, clients=clients, seconds=seconds)
            results.add(system.name, f"through{clients}", rate)
        results.add(system.name, "memory", measure.memory(served.process))
        if system.is_ours:
            rate = measure.throughput(served.port, messages, clients=CLIENTS, seconds=seconds, path="/healthz")
            results.add(system.name, "hello", rate)


def _empty(system) -> None:
    """Nothing built, as in a bare clone."""
    for path in system.folder.iterdir():
        if path.name not in ("knowledge", "input.json"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _timed(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(what: str) -> None:
    print(f"{what} (load {os.getloadavg()[0]:.1f})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
