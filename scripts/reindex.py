"""Check the knowledge base, encode what changed, and publish a new index; a running chat serves it at once."""

import argparse
import os
import sys
import time

from _environment import enter


def main() -> int:
    """0 when all is well, 1 when something is wrong; then the old index is still served."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only look for faults; change nothing")
    options = parser.parse_args()
    enter()
    from coach.errors import CoachError, ContentFaults
    from coach.reindex import check, count
    from coach.settings import read_settings

    try:
        settings = read_settings(os.environ)
        if options.check:
            print(f"No faults: {_listed(count(check(settings)))}.")
            return 0
        _publish(settings)
        return 0
    except ContentFaults as error:
        faults = len(error.faults)
        print(f"{error}\n\n{faults} fault{'s' if faults > 1 else ''}; nothing was published.", file=sys.stderr)
    except CoachError as error:
        print(f"{error}. Nothing was published.", file=sys.stderr)
    except OSError as error:
        print(f"Nothing was published: {error}. Mend that, and run this again.", file=sys.stderr)
    return 1


def _publish(settings) -> None:
    from coach.reindex import reindex
    from coach.search.encoder import SentenceEncoder

    started = time.monotonic()
    report = reindex(settings, SentenceEncoder(settings.model), _Stages())
    if not report.published:
        print(f"Nothing changed: version {report.version} is served ({_listed(report.counts)}).")
        return
    print(
        f"Published version {report.version} in {time.monotonic() - started:.0f} s: {_listed(report.counts)}; "
        f"{report.encoded:,} texts encoded, {report.reused:,} known before."
    )


class _Stages:
    """Says what is going on, and how long it has been."""

    def __init__(self):
        self._started = time.monotonic()

    def stage(self, what: str) -> None:
        print(f"[{time.monotonic() - self._started:5.1f} s] {what} ...", flush=True)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items())


if __name__ == "__main__":
    sys.exit(main())
