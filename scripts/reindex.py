"""Check the knowledge base, encode what changed, and publish a new index; a running chat serves it at once."""

import argparse
import os
import sys
import time
from itertools import groupby

from _environment import enter

# More lines of one kind than this are a list to work through on another day.
SHOWN = 20


def main() -> int:
    """0 when all is well, 1 when something is wrong; then the old index is still served."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only look for faults and remarks; change nothing")
    parser.add_argument("--remarks", action="store_true", help=f"show all remarks, not {SHOWN} of each kind")
    options = parser.parse_args()
    enter()
    from coach.errors import CoachError, ContentFaults
    from coach.settings import read_settings

    try:
        settings = read_settings(os.environ)
        findings = _check(settings) if options.check else _publish(settings)
        _show(findings, limit=None if options.remarks else SHOWN)
        return 0
    except ContentFaults as error:
        faults = len(error.faults)
        print(f"{error}\n\n{faults} fault{'s' if faults > 1 else ''}; nothing was published.", file=sys.stderr)
    except CoachError as error:
        print(f"{error}. Nothing was published.", file=sys.stderr)
    except OSError as error:
        print(f"Nothing was published: {error}. Mend that, and run this again.", file=sys.stderr)
    return 1


def _check(settings):
    from coach.encoders import reference_encoder
    from coach.figures import count, table
    from coach.reindex import check, look_over

    checked = check(settings)
    print(f"No faults: {_listed(count(checked.knowledge))}.\n\n{table(checked.knowledge)}\n")
    return look_over(settings, reference_encoder(settings), checked, quickly=True)


def _publish(settings):
    from coach.encoders import reference_encoder
    from coach.reindex import reindex
    from coach.search.trusted_model import check_model

    check_model(settings.model)
    started = time.monotonic()
    report = reindex(settings, reference_encoder(settings), _Stages())
    if report.published:
        print(
            f"Published version {report.version} in {time.monotonic() - started:.0f} s: {_listed(report.counts)}; "
            f"{report.encoded:,} texts encoded, {report.reused:,} known before."
        )
    else:
        print(f"Nothing changed: version {report.version} is served ({_listed(report.counts)}).")
    return report.findings


class _Stages:
    """Says what is going on, and how long it has been."""

    def __init__(self):
        self._started = time.monotonic()

    def stage(self, what: str) -> None:
        print(f"[{time.monotonic() - self._started:5.1f} s] {what} ...", flush=True)


def _show(findings, *, limit: int | None) -> None:
    """The remarks rule by rule, at most `limit` of each, then the notes and how many remarks there are."""
    for rule, group in groupby(findings.remarks, key=lambda remark: remark.rule):
        remarks = list(group)
        print(f"{rule}: {len(remarks):,}")
        print("\n".join(f"  {remark}" for remark in remarks[:limit]))
        if limit and len(remarks) > limit:
            print(f"  ... and {len(remarks) - limit:,} more; `--remarks` shows all")
    for note in findings.notes:
        print(note)
    count = len(findings.remarks)
    print(f"{count or 'No'} remark{'' if count == 1 else 's'}; remarks stop nothing.")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items())


if __name__ == "__main__":
    sys.exit(main())
