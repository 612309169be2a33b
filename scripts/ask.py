"""Ask the coach in a terminal: one question as an argument, or a conversation without one."""

import argparse
import json
import os
import sys

from _environment import enter


def main() -> int:
    """0 after an answer, 1 when there is none to give."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", nargs="?", help="what you would type into the chat")
    parser.add_argument("--json", action="store_true", help="print the reply as the JSON API gives it")
    parser.add_argument("--explain", action="store_true", help="show how the answer to the question is found")
    parser.add_argument("--add", metavar="PASSAGE", help="write the question into a page, publish, show the effect")
    options = parser.parse_args()
    if (options.explain or options.add) and options.message is None:
        parser.error("--explain and --add need a question")
    enter()
    from coach.encoders import serving_encoder
    from coach.errors import CoachError, IndexUnavailable
    from coach.published import load_coach
    from coach.settings import read_settings

    try:
        settings = read_settings(os.environ)
        version, coach = load_coach(settings.index_folder, serving_encoder(settings))
        if options.add:
            _add(settings, coach, options)
        elif options.explain:
            _explain(coach, options.message)
        elif options.message is not None:
            print(_say(coach.reply(options.message)[0], version, as_json=options.json))
        else:
            _converse(coach, version, as_json=options.json)
    except IndexUnavailable as error:
        print(f"{error}; run `python3 scripts/reindex.py`.", file=sys.stderr)
    except CoachError as error:
        print(f"{error}.", file=sys.stderr)
    except OSError as error:
        print(f"The coach cannot go on: {error}. Mend that, and ask again.", file=sys.stderr)
    else:
        return 0
    return 1


def _explain(coach, message: str) -> str:
    """Print how the answer is found; returns the passage at its heart."""
    from coach.bench.explain import explain, to_text

    explained = explain(coach, message)
    print(to_text(explained))
    return explained.answer.asked


def _add(settings, coach, options) -> None:
    from coach.bench.adding import add
    from coach.bench.stages import Stages
    from coach.encoders import reference_encoder, serving_encoder
    from coach.published import load_coach
    from coach.reindex import reindex

    before = _explain(coach, options.message)
    addition = add(settings, options.add, options.message)
    print(f"\nWritten to {addition.path}:{addition.line}.", flush=True)
    reindex(settings, reference_encoder(settings), Stages(settings.var / "stages.json", print))
    _, changed = load_coach(settings.index_folder, serving_encoder(settings))
    print(f"\nBefore: {before}. Now:\n")
    _explain(changed, options.message)


def _converse(coach, version: str, *, as_json: bool) -> None:
    from coach.errors import MessageRefused

    print("Ask, or press Ctrl-D to leave. Nothing you type is kept.")
    turns = ()
    while True:
        try:
            answer, turns = coach.reply(input("\n> "), turns)
            print(_say(answer, version, as_json=as_json))
        except MessageRefused as error:
            print(error)
        except (EOFError, KeyboardInterrupt):
            print()
            return


def _say(answer, version: str, *, as_json: bool) -> str:
    from coach.rendering import to_json, to_text

    if not as_json:
        return to_text(answer)
    return json.dumps(to_json(answer, state="", version=version), ensure_ascii=False, indent=1)


if __name__ == "__main__":
    sys.exit(main())
