"""Questions that readers sent to the editors: groups of similar ones, to take into a page or to dismiss."""

import argparse
import os
import sys

from _environment import enter


def main() -> int:
    """0 when it is done, 1 when it cannot be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("group", nargs="?", help="the name of a group, as shown without it")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--accept", metavar="PASSAGE", help="write the group's first question into a page, delete all")
    what.add_argument("--dismiss", action="store_true", help="delete the group")
    parser.add_argument("--as", dest="words", metavar="QUESTION", help="with --accept: write this question instead")
    options = parser.parse_args()
    if bool(options.group) != bool(options.accept or options.dismiss):
        parser.error("name a group with --accept or --dismiss, or nothing to see them all")
    enter()
    from coach.errors import CoachError
    from coach.settings import read_settings

    try:
        _run(read_settings(os.environ), options)
    except (CoachError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(settings, options) -> None:
    from coach.bench.clusters import clusters
    from coach.encoders import reference_encoder
    from coach.inbox import Inbox

    inbox = Inbox(settings.inbox_url)
    letters = inbox.letters()
    found = clusters(letters, reference_encoder(settings), k=settings.inbox_k)
    if not options.group:
        _show(found, len(letters), settings.inbox_k)
        return
    group = _named(found, options.group)
    if options.accept:
        _accept(settings, group, options)
    inbox.delete(group.letters)
    print(f"Deleted {len(group.letters)} from the inbox.")


def _show(found, count: int, k: int) -> None:
    for cluster in found:
        weeks = sorted({letter.week for letter in cluster.letters})
        print(f"\nGroup {cluster.name}: {len(cluster.letters)} letters, {weeks[0]} to {weeks[-1]}")
        print("\n".join(f"  {_on_one_line(letter.text)}" for letter in cluster.letters))
    shown = sum(len(cluster.letters) for cluster in found)
    print(f"\n{shown} of {count} letters are in groups of {k} or more different ones; the others are not shown.")
    if found:
        print("Take one in with `inbox.py GROUP --accept PASSAGE`, or `inbox.py GROUP --dismiss`.")


def _on_one_line(text: str) -> str:
    # A letter must not move the cursor, change colours or turn the line around.
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _named(found, name: str):
    from coach.errors import CoachError

    group = next((cluster for cluster in found if cluster.name == name), None)
    if not group:
        names = ", ".join(cluster.name for cluster in found) or "none yet"
        raise CoachError(f"there is no group {name}; the groups are {names}")
    return group


def _accept(settings, group, options) -> None:
    from coach.bench.adding import add

    addition = add(settings, options.accept, options.words or group.letters[0].text)
    print(f"Written to {addition.path}:{addition.line}; publish it with `python3 scripts/reindex.py`.")


if __name__ == "__main__":
    sys.exit(main())
