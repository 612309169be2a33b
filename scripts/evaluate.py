"""Measure finding and deciding on labelled questions, beside BM25 and plain embedding search, in one run."""

import argparse
import os
import sys

from _environment import ROOT, enter

DATA = ROOT / "tests" / "data"


def main() -> int:
    """0 when the figures are printed, 1 when there is no index to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["dev", "test"], default="test", help="half to measure (%(default)s)")
    options = parser.parse_args()
    enter()
    from coach.encoders import serving_encoder
    from coach.errors import CoachError
    from coach.published import load_coach
    from coach.settings import read_settings

    try:
        settings = read_settings(os.environ)
        encoder = serving_encoder(settings)
        version, coach = load_coach(settings.index_folder, encoder)
    except CoachError as error:
        print(f"{error}. Run `python3 scripts/reindex.py` first.", file=sys.stderr)
        return 1
    print(f"Index {version}, the {options.split} half of the labelled questions.")
    _measure(coach, encoder, options.split)
    return 0


def _measure(coach, encoder, split: str) -> None:
    from coach import evaluation
    from coach.dialogue.training import guidance

    questions = evaluation.read_questions(DATA / "questions.jsonl", split=split)
    passages = guidance(coach.knowledge)
    decisions = evaluation.decide(coach, questions)
    _print("Deciding", decisions.figures())
    _print_confusion(decisions.confusion())
    _print("Kind right, by style", decisions.by_style())
    _print("Finding: the coach", evaluation.found(evaluation.coach_search(coach, encoder), questions))
    _print("Finding: plain embedding", evaluation.found(evaluation.plain_search(passages, encoder), questions))
    _print("Finding: BM25", evaluation.found(evaluation.bm25_search(passages), questions))
    dialogues = DATA / "dialogues.jsonl"
    _print("Dialogues", evaluation.follow_ups_resolved(coach, dialogues, split=split))


def _print(title: str, figures) -> None:
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
