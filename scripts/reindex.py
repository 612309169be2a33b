"""Check the knowledge base, encode what changed, and publish a new index; a running chat serves it at once."""

import argparse
import os
import sys
from contextlib import suppress
from itertools import groupby

from _environment import enter

# More lines of one kind than this are a list to work through on another day.
SHOWN = 20


def main() -> int:
    """0 when all is well, 1 when something is wrong; then the old index is still served."""
    options = _options()
    enter()
    from coach.errors import CoachError
    from coach.settings import read_settings

    try:
        settings = read_settings(os.environ)
        if options.watch:
            return _watch(settings, options)
        return _once(settings, options)
    except (CoachError, OSError) as error:
        _tell_error(error, options.format)
        return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--check", action="store_true", help="only look for faults and remarks; change nothing")
    instead.add_argument("--watch", action="store_true", help="publish at every save, until you press Ctrl-C")
    instead.add_argument("--since", metavar="VERSION", help="only say what changed since that version was published")
    instead.add_argument("--rollback", action="store_true", help="serve the version before this one again")
    parser.add_argument("--accept", metavar="REASON", help="publish although golden questions are lost")
    parser.add_argument("--answers", action="store_true", help=f"show all answers that changed, not {SHOWN}")
    parser.add_argument("--remarks", action="store_true", help=f"show all remarks, not {SHOWN} of each kind")
    parser.add_argument("--format", choices=["text", "json", "github"], default="text", help="for people or programs")
    options = parser.parse_args()
    if options.accept is not None and (options.check or options.watch or options.rollback or options.since is not None):
        parser.error("--accept is for one publish: it goes with none of --check, --watch, --since and --rollback")
    if options.accept is not None and not options.accept.strip():
        parser.error('--accept needs a reason: --accept "why this is right"')
    return options


def _once(settings, options) -> int:
    if options.since is not None:
        return _since(settings, options.since)
    if options.rollback:
        return _roll_back(settings)
    from coach.encoders import reference_encoder

    found = _check if options.check else _publish
    findings = found(settings, reference_encoder(settings), options)
    if options.format == "text":
        _show(findings, limit=None if options.remarks else SHOWN)
    return 0


def _check(settings, encoder, options):
    from coach.check import check, look_over
    from coach.figures import count, table

    checked = check(settings)
    findings = look_over(settings, encoder, checked, quickly=True)
    counts = count(checked.knowledge)
    if options.format == "text":
        print(f"No faults: {_listed(counts)}.\n\n{table(checked.knowledge)}\n")
    else:
        _tell_program(findings, options.format, counts=counts)
    return findings


def _publish(settings, encoder, options):
    from coach.bench.stages import Stages
    from coach.content.schemas import write_schemas
    from coach.reindex import reindex

    write_schemas(settings.knowledge)
    # A program reads what is printed; how far it is interests whoever waits.
    stages = Stages(settings.var / "stages.json", lambda line: print(line, flush=True, file=_progress(options)))
    report = reindex(settings, encoder, stages, accept=options.accept or "")
    if report.published:
        stages.finish()
    if options.format != "text":
        _tell_program(report.findings, options.format, version=report.version, counts=report.counts)
    elif report.published:
        _tell_published(report, stages.elapsed, limit=None if options.answers else SHOWN)
    else:
        print(f"Nothing changed: version {report.version} is served ({_listed(report.counts)}).")
    return report.findings


def _tell_published(report, seconds: float, *, limit: int | None) -> None:
    from coach.versions import summary

    print(f"\nPublished version {report.version} in {seconds:.0f} s: {_listed(report.counts)}.")
    print(f"Vectors: {report.encoded:,} computed, {report.reused:,} reused.")
    if report.changes and report.changes.any:
        print(f"\n{summary.table(report.changes)}")
    print(f"\n{summary.figures(report.trial)}.")
    if report.trial.accepted:
        print(f"Accepted: {report.trial.accepted}")
    if report.trial.reworded:
        print(f"\n{len(report.trial.reworded):,} golden questions get another answer, old (-) beside new (+):")
        print(summary.answers(report.trial, limit=limit))
    print()


def _since(settings, version: str) -> int:
    from coach.bench.since import changes_since
    from coach.versions import summary

    since = changes_since(settings, version)
    print(f"From version {version} to {since.current}:\n\n{summary.table(since.changes)}\n")
    print(summary.names(since.changes, limit=None))
    for accepted, reason in since.accepted.items():
        print(f"Version {accepted} was published with golden questions lost: {reason}")
    return 0


def _roll_back(settings) -> int:
    from coach.bench.rolling_back import roll_back

    manifest = roll_back(settings)
    print(f"Version {manifest.version} is served again: {_listed(manifest.counts)}.")
    print("Your files are as they were; mend them, then run this again without --rollback.")
    return 0


def _watch(settings, options) -> int:
    from coach.bench.watching import each_save
    from coach.encoders import reference_encoder
    from coach.errors import CoachError, ReindexRunning

    encoder, told = reference_encoder(settings), ""

    def attempt() -> bool:
        nonlocal told
        try:
            _publish(settings, encoder, options)
        except ReindexRunning as error:
            if told != str(error):
                print(f"{error}; this watch does so by itself.", flush=True, file=_progress(options))
            told = str(error)
            return False
        except (CoachError, OSError) as error:
            _tell_error(error, options.format)
        told = ""
        print("Waiting for a file to be saved; Ctrl-C ends this.", flush=True, file=_progress(options))
        return True

    with suppress(KeyboardInterrupt):
        each_save(settings.knowledge, attempt)
    return 0


def _tell_program(findings, format_: str, **more) -> None:
    from coach.fault_formats import to_github, to_json

    text = to_json(findings.remarks, notes=findings.notes, **more) if format_ == "json" else to_github(findings.remarks)
    print(text, flush=True)


def _tell_error(error, format_: str) -> None:
    from coach.errors import ContentFaults
    from coach.fault_formats import error_to_github, error_to_json

    if format_ != "text":
        print(error_to_json(error) if format_ == "json" else error_to_github(error), flush=True)
        return
    if isinstance(error, ContentFaults):
        faults = len(error.faults)
        told = f"{error}\n\n{faults} fault{'s' if faults > 1 else ''}; nothing was published."
    elif isinstance(error, OSError):
        told = f"Nothing was published: {error}. Mend that, and run this again."
    else:
        told = f"{error}. Nothing was published."
    print(told, file=sys.stderr, flush=True)


def _progress(options):
    return sys.stdout if options.format == "text" else sys.stderr


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
