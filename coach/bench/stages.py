"""How far a reindex is, and how long it will take, judged by how long the last one took."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

# A stage is known by its first word: "Encoding 12 new texts" and "Encoding 400 new texts" are one stage.
Seconds = dict[str, float]
# What takes as long as there is to do; nobody can tell from the last time.
ENCODING = "Encoding"
# What most runs need not do, or find done: not counted before it begins.
RARE = {"Exporting", "Learning"}


class Stages:
    """Tells each stage as it starts, with the time since the start and what is left; remembers for the next time."""

    def __init__(self, memory: Path, tell: Callable[[str], None]):
        self._memory, self._tell = memory, tell
        self._last = _read(memory)
        self._took: Seconds = {}
        self._started = self._stage_started = time.monotonic()
        self._stage = ""

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def stage(self, what: str) -> None:
        """A stage begins, and the one before is over."""
        self._end_stage()
        self._stage = what.partition(" ")[0]
        left = self._left()
        told = f", about {left:.0f} s left" if left >= 1 else ""
        self._tell(f"[{self.elapsed:5.1f} s{told}] {what} ...")

    def finish(self) -> None:
        """All is done: keep what each stage took, where that is possible."""
        self._end_stage()
        with suppress(OSError):
            self._memory.write_text(json.dumps(self._last | self._took))

    def _end_stage(self) -> None:
        now = time.monotonic()
        if self._stage:
            self._took[self._stage] = now - self._stage_started
        self._stage_started = now

    def _left(self) -> float:
        """What this stage and those that surely follow it took the last time; 0 where nobody can tell."""
        if self._stage == ENCODING or self._stage not in self._last:
            return 0.0
        sure = self._last.keys() - self._took.keys() - RARE - {ENCODING}
        return sum(self._last[name] for name in sure | {self._stage})


def _read(path: Path) -> Seconds:
    try:
        seconds = json.loads(path.read_bytes())
        return {str(name): float(value) for name, value in seconds.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
