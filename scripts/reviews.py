"""What is due: pages, contacts and facts to look at again, as a report and as a calendar; links with --links."""

import argparse
import os
import sys
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from _environment import enter


def main() -> int:
    """0 when the report is printed, whatever is due; 1 when the knowledge base has faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30, help="look so many days ahead (%(default)s)")
    parser.add_argument("--ics", type=Path, metavar="FILE", help="write all review dates as a calendar, by owner")
    parser.add_argument("--links", action="store_true", help="also try every link, over the network")
    options = parser.parse_args()
    enter()
    from coach.check import check
    from coach.errors import CoachError
    from coach.settings import read_settings

    try:
        knowledge = check(read_settings(os.environ)).knowledge
        _report(knowledge, options)
    except (CoachError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _report(knowledge, options) -> None:
    from coach.bench.calendar import calendar
    from coach.bench.due import reviews

    today, found = date.today(), reviews(knowledge)
    due = [review for review in found if review.due <= today + timedelta(days=options.days)]
    print(f"{len(due) or 'Nothing'} due by {today + timedelta(days=options.days)}.")
    for owner, theirs in groupby(sorted(due, key=lambda review: review.owner), key=lambda review: review.owner):
        print(f"\n{owner}")
        print("\n".join(f"  {'OVERDUE  ' if review.due < today else ''}{review}" for review in theirs))
    if not due and found:
        print(f"Next: {found[0]}")
    if options.ics:
        options.ics.write_bytes(calendar(found, today=today))
        print(f"\nWrote {options.ics}: {len(found):,} reviews.")
    if options.links:
        _try_links(knowledge)


def _try_links(knowledge) -> None:
    from coach.bench.links import addresses, silent

    places = addresses(knowledge)
    print(f"\nTrying {len(places):,} links ...", flush=True)
    lines = list(silent(places))
    print("\n".join(lines) if lines else "All of them answer.")


if __name__ == "__main__":
    sys.exit(main())
