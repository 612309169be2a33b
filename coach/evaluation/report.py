"""The evaluation as a document with tables and plots: `docs/evaluation.md`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from coach.choices import AnswerKind
from coach.evaluation.measures import Decisions, Figure
from coach.settings import TEMPLATES

TRADE, STYLES = "evaluation-trade.svg", "evaluation-styles.svg"


@dataclass(frozen=True)
class Report:
    """Everything that was measured in one run; `found` by the name of each search."""

    split: str
    date: str
    index: str
    decisions: Decisions
    found: dict[str, Sequence[Figure]]
    dialogues: Sequence[Figure]
    never_found: Sequence[str]
    passages: int


def write(report: Report, folder: Path) -> Path:
    """Write the document and its plots into `folder`; returns the document's path."""
    folder.mkdir(parents=True, exist_ok=True)
    _plot_trade(report.decisions, folder / TRADE)
    _plot_shares(report.decisions.by_style(), folder / STYLES)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters["share"] = lambda share: f"{share:.3f}"
    text = environment.get_template("docs/evaluation.md").render(
        report=report, kinds=list(AnswerKind), confusion=report.decisions.confusion(), trade=TRADE, styles=STYLES
    )
    path = folder / "evaluation.md"
    path.write_text(text.strip() + "\n", "utf-8")
    return path


def _plot_trade(decisions: Decisions, path: Path) -> None:
    answered, mistaken = zip(*decisions.trade(), strict=True)
    figure, axes = _axes()
    axes.plot(mistaken, answered, color="#2f6f62")
    axes.set_xlabel("share of the other messages that would be answered by mistake")
    axes.set_ylabel("share of the answerable questions answered")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.01)
    _save(figure, path)


def _plot_shares(figures: Sequence[Figure], path: Path) -> None:
    figure, axes = _axes()
    names = [f"{each.name} ({len(each.cases)})" for each in figures]
    shares = [each.share for each in figures]
    errors = [
        [each.share - each.interval[0] for each in figures],
        [each.interval[1] - each.share for each in figures],
    ]
    axes.barh(names, shares, xerr=errors, color="#8fb8ae", ecolor="#2f6f62")
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of messages that got the right kind of reply")
    _save(figure, path)


def _axes():
    import matplotlib

    matplotlib.use("svg")
    # The same file for the same figures: no random ids, no date.
    matplotlib.rcParams["svg.hashsalt"] = "evaluation"
    from matplotlib import pyplot

    return pyplot.subplots(figsize=(7, 4), layout="constrained")


def _save(figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
