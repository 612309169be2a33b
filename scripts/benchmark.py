"""Measure speed and memory beside the plain stack, in alternating runs, and write docs/benchmark.md with its plots."""

import argparse
import os
import re
import shutil
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from _environment import ROOT, enter

WARM_UP = 20
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
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (%(default)s)")
    parser.add_argument("--output", type=Path, default=ROOT / "docs", help="folder for the report (docs/)")
    options = parser.parse_args()
    enter()
    from benchmark.figures import Results, plots, report
    from benchmark.scale import measure

    rounds, results = 1 if options.quick else options.rounds, Results()
    with TemporaryDirectory(prefix="benchmark-") as folder:
        systems = _systems(Path(folder), quick=options.quick, peers=options.peers)
        for round_ in range(rounds):
            for system in systems:
                _say(f"round {round_ + 1} of {rounds}: {system.name}")
                _measure(system, results, _messages(quick=options.quick), seconds=1 if options.quick else 5)
    for passages in (3_000, 30_000) if options.quick else (3_000, 30_000, 300_000):
        _say(f"scale: {passages:,} passages")
        results.scale.append(measure(passages))
    options.output.mkdir(parents=True, exist_ok=True)
    text = report(results, ours=systems[0].name, plain=systems[1].name, rounds=rounds, quick=options.quick)
    (options.output / "benchmark.md").write_text(text)
    plots(results, options.output)
    _say(f"written: {options.output / 'benchmark.md'}")
    return 0


def _systems(folder: Path, *, quick: bool, peers: bool):
    """The coach, the plain stack, the coach with eight-bit weights, and the peers when asked for."""
    from benchmark.systems import PEERS, ours, peer_python, stack
    from coach.content.knowledge import read_knowledge
    from coach.dialogue.training import passage_rows
    from coach.search.encoder import model_folder

    knowledge = ROOT / "tests" / "data" / "knowledge" if quick else ROOT / "knowledge"
    texts = list(dict.fromkeys(row.text for row in passage_rows(read_knowledge(knowledge, today=date.today()))))
    model = model_folder("packaged")
    systems = [ours(folder / "coach", knowledge, "float32"), stack("plain", folder / "plain", texts, model)]
    systems.append(ours(folder / "coach-int8", knowledge, "int8"))
    for name in PEERS if peers else ():
        _say(f"environment of {name}")
        python = peer_python(name, ROOT / "var" / "peers")
        systems.append(stack(name, folder / name, texts, model, python))
    return systems


def _messages(*, quick: bool) -> list[str]:
    from coach.evaluation import read_questions

    questions = read_questions(ROOT / "tests" / "data" / "questions.jsonl", split="dev")
    return [question.text for question in questions][: WARM_UP + (50 if quick else 300)]


def _measure(system, results, messages: list[str], *, seconds: float) -> None:
    """One round of one system: its index from nothing, an edit, a start, turns, clients, memory."""
    import numpy as np

    from benchmark import measure

    coach = "coach" in system.name
    _empty(system)
    results.add(system.name, "build", _timed(system.run_build))
    if coach:
        sponsor = system.folder / "knowledge" / "roles" / "sponsor.md"
        for name, pattern, new in EDITS:
            text = sponsor.read_text()
            sponsor.write_text(re.sub(pattern, new, text, count=1))
            results.add(system.name, name, _timed(system.run_build))
            sponsor.write_text(text)
        system.run_build()
    with measure.serving(system, messages[0]) as served:
        results.add(system.name, "first", served.first_answer)
        measure.turns(served.port, messages[:WARM_UP])
        times = measure.turns(served.port, messages[WARM_UP:])
        results.add(system.name, "turn", float(np.median(times)))
        results.add(system.name, "turn95", float(np.percentile(times, 95)))
        if not coach:
            results.add(system.name, "encode", float(np.median(measure.encodings(served.port, messages[WARM_UP:]))))
        for clients in (1, 8, 32):
            rate = measure.throughput(served.port, messages, clients=clients, seconds=seconds)
            results.add(system.name, f"through{clients}", rate)
        results.add(system.name, "memory", measure.memory(served.process))
        if coach:
            rate = measure.throughput(served.port, messages, clients=8, seconds=seconds, path="/healthz")
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
