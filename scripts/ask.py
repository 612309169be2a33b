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
    options = parser.parse_args()
    enter()
    from coach.encoders import serving_encoder
    from coach.errors import CoachError
    from coach.published import load_coach
    from coach.settings import read_settings

    try:
        settings = read_settings(os.environ)
        version, coach = load_coach(settings.index_folder, serving_encoder(settings))
        if options.message is not None:
            print(_say(coach.reply(options.message)[0], version, as_json=options.json))
        else:
            _converse(coach, version, as_json=options.json)
    except CoachError as error:
        print(f"{error}. If there is no usable index, run `python3 scripts/reindex.py`.", file=sys.stderr)
        return 1
    return 0


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
