"""What was measured, as ratios with their spread, and as a Markdown report with plots."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmark.scale import ROWS_A_PASSAGE, Point

# The measurements by their names: what they are called, their unit, and how many decimals make sense.
ROWS = {
    "first": ("first answer after the process starts", "s", 2),
    "turn": ("a whole turn over HTTP, median", "ms", 1),
    "turn95": ("the same, 95th percentile", "ms", 1),
    "encode": ("encoding the same messages alone, median", "ms", 1),
    "through1": ("turns a second, 1 client", "/s", 0),
    "through8": ("turns a second, 8 clients", "/s", 0),
    "through32": ("turns a second, 32 clients", "/s", 0),
    "hello": ("a bare JSON hello of the same server, 8 clients", "/s", 0),
    "memory": ("memory of all processes (PSS), after the clients", "MB", 0),
    "encoder": ("its encoder alone in one process, 8 threads, encodings a second", "/s", 0),
    "build": ("index built from nothing", "s", 0),
    "bare": ("encoding the texts of that reindex, model loaded", "s", 0),
    "edit": ("words of one statement changed", "s", 1),
    "question": ("a question added to one page", "s", 1),
}
# A goal: which measurement of ours, which of the plain stack's in the same round, and the most that it may be.
GOALS = {
    "first answer": ("first", "first", 0.15),
    "a whole turn, against its bare encoding": ("turn", "encode", 0.5),
    "memory": ("memory", "memory", 0.5),
}
# The same within our own measurements.
OWN_GOALS = {
    "full reindex, against encoding the same texts": ("build", "bare", 1.3),
    "words of one statement changed, against our full reindex": ("edit", "build", 0.1),
    "a question added to one page, against our full reindex": ("question", "build", 0.1),
}
# Shares without a goal: turns a second with 8 clients, of what else the same machine does in a second.
SHARES = {"a bare JSON hello of the same server": "hello", "its encoder alone, in one process": "encoder"}
OURS, THEIRS = "#1b6e5a", "#9aa5b1"
SHOWN = {
    "first": "first answer (s)",
    "turn": "a whole turn (ms)",
    "through8": "turns a second, 8 clients",
    "memory": "memory (MB)",
}
CURVES = {
    "search_ms": "search (ms)",
    "megabytes": "memory (MB)",
    "load_seconds": "load (s)",
    "build_seconds": "build (s)",
}


@dataclass(frozen=True)
class Tuning:
    """Turns a second with so many threads that answer, and so many for one encoding, which may spin in wait."""

    threads: int
    encoding_threads: int
    spin: bool
    rate: float


@dataclass
class Results:
    """For each system, for each measurement, one value a round; points of the scale curves; threads that were tried."""

    values: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    scale: list[Point] = field(default_factory=list)
    tunings: list[Tuning] = field(default_factory=list)

    def add(self, system: str, measurement: str, value: float) -> None:
        """One more round's value."""
        self.values.setdefault(system, {}).setdefault(measurement, []).append(value)


def report(results: Results, *, ours: str, plain: str, rounds: int, quick: bool) -> str:
    """The whole of docs/benchmark.md."""
    parts = [
        "# Benchmark",
        _preamble(rounds, quick),
        "## Against the plain stack\n\nRatios of the values of one round; the median, and the least and greatest.",
        _goals(results.values[ours], results.values[plain]),
        "## Requests\n\nTurns a second with 8 clients, as a share of what the same machine does without the rest.",
        _shares(results.values),
        "## What was measured\n\nMedians over the rounds, with the least and greatest.",
        _table(results.values),
        "![Bars of the main measurements](benchmark-systems.svg)",
    ]
    if results.tunings:
        parts += ["## Threads", THREADS, tunings_table(results.tunings)]
    if results.scale:
        parts += [
            "## Scale",
            SCALE,
            _scale(results.scale),
            "![Curves over the number of passages](benchmark-scale.svg)",
        ]
    return "\n\n".join(parts) + "\n"


SCALE = f"""Synthetic passages from a seed, {ROWS_A_PASSAGE} rows each, in the index that the coach uses. `recall` is
the share of the exact first ten passages that is found. [Beyond these sizes](scale.md) says what more would take."""
THREADS = """Turns a second with 8 clients, once each. Rows: the threads that answer (`COACH_THREADS`); columns: those
of onnxruntime for one encoding, which spin while they wait, or sleep. As the coach is delivered they are 8 and 2,
which spin."""


def _preamble(rounds: int, quick: bool) -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("sentence-transformers", "torch", "faiss-cpu", "onnxruntime")
    )
    load = os.getloadavg()[0]
    warning = "\n\n**Made with `--quick`: a look whether it runs, not a measurement.**" if quick else ""
    return f"""Made by `python3 scripts/benchmark.py` on {date.today():%d %B %Y}; do not edit. {rounds} rounds, in
each of which the systems take turns (indexes are built in the first alone), on {os.cpu_count()} cores
({platform.machine()}),
with Python {platform.python_version()},
{packages}; load average at the end {load:.1f}.

The plain stack is what a tutorial shows: sentence-transformers and FAISS over the same texts with the same model,
behind a bare HTTP server, its index loaded from disk. It only finds; the coach also decides, composes and
renders.{warning}"""


def _goals(ours: Mapping[str, Sequence[float]], plain: Mapping[str, Sequence[float]]) -> str:
    lines = ["| | ratio | goal |", "|---|---|---|"]
    for goals, other in ((GOALS, plain), (OWN_GOALS, ours)):
        for words, (mine, theirs, most) in goals.items():
            lines.append(f"| {words} | {_spread(np.divide(ours[mine], other[theirs]), 2)} | at most {most} |")
    return "\n".join(lines)


def _shares(values: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    measured = {name: each for name, each in values.items() if set(SHARES.values()) <= set(each)}
    lines = ["| of | " + " | ".join(measured) + " |", "|---" * (len(measured) + 1) + "|"]
    for words, name in SHARES.items():
        cells = [_spread(np.divide(each["through8"], each[name]), 2) for each in measured.values()]
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def tunings_table(tunings: Sequence[Tuning]) -> str:
    """The threads that were tried, as a Markdown table."""
    names = {(1, True): "1 thread", (2, True): "2, which spin", (2, False): "2, which sleep"}
    rates = {(each.threads, each.encoding_threads, each.spin): each.rate for each in tunings}
    lines = ["| threads | " + " | ".join(names.values()) + " |", "|---" * (len(names) + 1) + "|"]
    for threads in dict.fromkeys(each.threads for each in tunings):
        lines.append(f"| {threads} | " + " | ".join(f"{rates[threads, *each]:,.0f}" for each in names) + " |")
    return "\n".join(lines)


def _table(values: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    lines = ["| | " + " | ".join(values) + " |", "|---" * (len(values) + 1) + "|"]
    for name, (words, unit, decimals) in ROWS.items():
        cells = [_spread(each[name], decimals) if name in each else "" for each in values.values()]
        lines.append(f"| {words} ({unit}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _scale(points: Sequence[Point]) -> str:
    lines = ["| passages | rows | build (s) | load (s) | search (ms) | memory (MB) | recall |", "|---" * 7 + "|"]
    lines += [
        f"| {p.passages:,} | {p.rows:,} | {p.build_seconds:.2f} | {p.load_seconds:.3f} | {p.search_ms:.2f} "
        f"| {p.megabytes:.0f} | {p.recall:.3f} |"
        for p in points
    ]
    return "\n".join(lines)


def _spread(values: Sequence[float], decimals: int) -> str:
    low, middle, high = np.percentile(values, [0, 50, 100])
    return f"{middle:,.{decimals}f} [{low:,.{decimals}f}, {high:,.{decimals}f}]"


def plots(results: Results, folder: Path) -> None:
    """The plots beside the report, as SVG."""
    import matplotlib

    matplotlib.use("svg")
    # Without the salt, the ids in the file would differ from run to run.
    style = {"svg.hashsalt": "benchmark", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    matplotlib.rcParams.update(style)
    _plot_systems(results.values, folder / "benchmark-systems.svg")
    if results.scale:
        _plot_scale(results.scale, folder / "benchmark-scale.svg")


def _plot_systems(values: Mapping[str, Mapping[str, Sequence[float]]], path: Path) -> None:
    from matplotlib import pyplot

    colours = [OURS if "coach" in name else THEIRS for name in values]
    figure, axes = pyplot.subplots(1, len(SHOWN), figsize=(11, 0.9 + 0.4 * len(values)), sharey=True)
    for axis, (name, title) in zip(axes, SHOWN.items(), strict=True):
        axis.barh(list(values), [float(np.median(each[name])) for each in values.values()], color=colours)
        axis.set_title(title, fontsize=9)
    axes[0].invert_yaxis()
    _save(figure, path)


def _plot_scale(points: Sequence[Point], path: Path) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(CURVES), figsize=(11, 2.6))
    for axis, (name, title) in zip(axes, CURVES.items(), strict=True):
        sizes, values = [point.passages for point in points], [getattr(point, name) for point in points]
        axis.loglog(sizes, values, marker="o", color=OURS)
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("passages")
    _save(figure, path)


def _save(figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
