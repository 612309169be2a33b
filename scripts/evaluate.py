"""Measure finding and deciding on labelled questions, beside BM25 and plain embedding search, in one run."""

import argparse
import os
import sys
from datetime import date

from _environment import ROOT, enter

DATA, DOCS = ROOT / "tests" / "data", ROOT / "docs"


def main() -> int:
    """0 when the figures are printed, 1 when there is nothing to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["dev", "test"], default="test", help="half to measure (%(default)s)")
    parser.add_argument("--write", action="store_true", help="write docs/evaluation.md with tables and plots too")
    options = parser.parse_args()
    enter()
    from coach.encoders import serving_encoder
    from coach.errors import CoachError, IndexUnavailable
    from coach.file_hashes import remembered_hashes
    from coach.published import load_coach
    from coach.search.encoder import SentenceEncoder, model_folder
    from coach.settings import read_settings

    try:
        settings = read_settings(os.environ)
        version, coach = load_coach(settings.index_folder, serving_encoder(settings))
        plain = SentenceEncoder(str(model_folder(settings.model)), remembered_hashes(settings))
    except IndexUnavailable as error:
        print(f"{error}; run `python3 scripts/reindex.py`.", file=sys.stderr)
        return 1
    except CoachError as error:
        print(f"{error}.", file=sys.stderr)
        return 1
    report = _measure(version, coach, plain, options.split)
    _print(report)
    if options.write:
        from coach.evaluation.report import write

        print(f"\nWritten to {write(report, DOCS)}")
    return 0


def _measure(version, coach, plain, split: str):
    from coach.dialogue.training import guidance
    from coach.evaluation import measures, searches
    from coach.evaluation.report import Report

    questions = measures.read_questions(DATA / "questions.jsonl", split=split)
    passages = guidance(coach.knowledge)
    own = searches.coach_search(coach)
    names = {
        "The coach": own,
        "Plain embedding": searches.plain_search(passages, plain),
        "BM25": searches.bm25_search(passages),
    }
    return Report(
        split=split,
        date=date.today().isoformat(),
        index=version,
        decisions=measures.decide(coach, questions),
        found={name: measures.found(search, questions) for name, search in names.items()},
        dialogues=measures.follow_ups_resolved(coach, DATA / "dialogues.jsonl", split=split),
        never_found=measures.never_found(own, questions, [passage.id for passage in passages], first=3),
        passages=len(passages),
    )


def _print(report) -> None:
    print(f"Index {report.index}, the {report.split} half of the labelled questions.")
    _print_figures("Deciding", report.decisions.figures())
    _print_confusion(report.decisions.confusion())
    _print_figures("Kind right, by style", report.decisions.by_style())
    _print_figures("Kind right, by route", report.decisions.by_route())
    for name, figures in report.found.items():
        _print_figures(f"Finding: {name}", figures)
    _print_figures("Dialogues", report.dialogues)


def _print_figures(title: str, figures) -> None:
    print(f"\n{title}")
    for figure in figures:
        low, high = figure.interval
        print(f"  {figure.name:28} {figure.share:6.3f}  [{low:.3f}, {high:.3f}]  of {len(figure.cases)}")


def _print_confusion(confusion) -> None:
    from coach.choices import AnswerKind

    print("\nKind (row) taken for (column)")
    print(" " * 12 + "".join(f"{kind:>11}" for kind in AnswerKind))
    for right in AnswerKind:
        print(f"  {right:10}" + "".join(f"{confusion[right, taken]:11}" for taken in AnswerKind))


if __name__ == "__main__":
    sys.exit(main())
