"""What a maintainer is told about a new version, as plain text."""

from coach.versions.blame import Edit, Nearness, behind
from coach.versions.changes import Changes, Difference
from coach.versions.golden import Moved, Trial

# More names of one kind than this are a list for another day.
SHOWN = 20
EARLIER = "lost by an earlier version, which the tolerance let pass"


def fall(trial: Trial, edits: tuple[Edit, ...], nearness: Nearness) -> str:
    """Why the gate refuses: the golden questions lost, each with the edits that took it."""
    judged = trial.beside_best
    by_these = {moved.question.asks for moved in trial.lost}
    lines = [f"{figures(judged)}. Lost:"]
    for lost in judged.lost:
        lines += [f"\n  {_question(lost)}", f"    before: {lost.before.asked}; now: {lost.now.asked}"]
        new = lost.question.asks in by_these
        lines += [f"    {edit}" for edit in behind(lost, edits, nearness)] if new else [f"    {EARLIER}"]
    mend = "mend the edits" if edits else "set COACH_MODEL and COACH_PRECISION as they were"
    accept = 'publish all the same with --accept "why this is right"'
    return "\n".join(lines) + f"\n\nThe golden questions fare worse than before; {mend}, or {accept}"


def figures(trial: Trial) -> str:
    """How many golden questions get what they want, now and before."""
    told = f"{trial.right:,} of {len(trial.questions):,} golden questions find what they want"
    if not trial.compared:
        return f"{told}; no index before this one was asked them"
    before = sum(each.before.is_right(each.question) for each in trial.compared)
    return f"{told} (before: {before:,} of {len(trial.compared):,}); {len(trial.gained)} gained, {len(trial.lost)} lost"


def table(done: Changes) -> str:
    """How much was added, changed and removed, kind by kind."""
    rows = [f"{'':10}{'added':>8}{'changed':>9}{'removed':>9}"]
    for name, difference in vars(done).items():
        counts = len(difference.added), len(difference.changed), len(difference.removed)
        rows.append(f"{name:10}{counts[0]:8,}{counts[1]:9,}{counts[2]:9,}")
    return "\n".join(rows)


def names(done: Changes, *, limit: int | None = SHOWN) -> str:
    """What was added, changed and removed, each by its name."""
    parts = [part for name, difference in vars(done).items() for part in _names(name, difference, limit)]
    return "\n".join(parts) or "nothing"


def answers(trial: Trial, *, limit: int | None = SHOWN) -> str:
    """The golden questions that get another passage or other words, old beside new."""
    lines = []
    for moved in trial.reworded[:limit]:
        lines.append(f"  {_question(moved)}: {_way(moved)}")
        lines += [f"    {line}" for line in moved.words()]
    return "\n".join([*lines, *_more(len(trial.reworded), limit, "--answers")])


def _names(kind: str, difference: Difference, limit: int | None) -> list[str]:
    lines = []
    for verb, found in vars(difference).items():
        if found:
            lines.append(f"{kind} {verb}: {len(found):,}")
            lines += [f"  {name}" for name in found[:limit]]
            lines += _more(len(found), limit, "")
    return lines


def _more(count: int, limit: int | None, option: str) -> list[str]:
    if not limit or count <= limit:
        return []
    return [f"  ... and {count - limit:,} more" + (f"; `{option}` shows all" if option else "")]


def _question(moved: Moved) -> str:
    line, _ = moved.question.place
    return f"'{moved.question.asks}' (golden question, line {line})"


def _way(moved: Moved) -> str:
    if moved.before.asked == moved.now.asked:
        return f"{moved.now.asked} in other words"
    verdict = {(True, False): ", lost", (False, True): ", gained"}
    right = moved.before.is_right(moved.question), moved.now.is_right(moved.question)
    return f"{moved.before.asked} before, {moved.now.asked} now{verdict.get(right, '')}"
