"""Train the adapter of the packaged embedding model on the messages of the knowledge base; then reindex."""

import argparse
import os
import sys

from _environment import enter


def main() -> int:
    """0 when the adapter is written, 1 when the knowledge base has faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=2, help="passes over the messages (%(default)s)")
    options = parser.parse_args()
    enter()
    from coach.check import check
    from coach.dialogue.training import adapter_examples
    from coach.errors import CoachError
    from coach.search.adapting import adapt
    from coach.search.encoder import ADAPTER, PACKAGED, model_folder
    from coach.settings import read_settings

    try:
        examples = adapter_examples(check(read_settings(os.environ)).knowledge)
    except CoachError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Training on {len(examples):,} messages, {options.epochs} passes; half an hour and more on two cores.")
    adapt(model_folder(PACKAGED), examples, ADAPTER, epochs=options.epochs)
    print(f"The adapter is in {ADAPTER}. Now run `python3 scripts/reindex.py`, then `python3 scripts/evaluate.py`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
