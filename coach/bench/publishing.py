"""A reindex in a process of its own, started from the maintainers' page, and what became of it."""

import subprocess
import sys
from pathlib import Path
from threading import Lock, Thread

from coach.settings import ROOT

SCRIPT = ROOT / "scripts" / "reindex.py"
# How a line of a progress bar begins.
BAR = "Batches:"


class Publisher:
    """Runs one reindex at a time, and one more when it was asked for meanwhile; `told` is why the last one refused."""

    def __init__(self, script: Path = SCRIPT):
        self._script = script
        self._busy = self._wanted = False
        self._lock = Lock()
        self.told = ""

    def start(self) -> None:
        """Publish the files as they are now; returns at once."""
        with self._lock:
            # The reindex that runs may have read the files already.
            self._wanted = True
            if not self._busy:
                self._busy = True
                Thread(target=self._publish, name="publisher", daemon=True).start()

    @property
    def busy(self) -> bool:
        """Whether a reindex is under way."""
        return self._busy

    def _publish(self) -> None:
        while self._goes_on():
            self.told = _reindex(self._script)

    def _goes_on(self) -> bool:
        """Whether a reindex was asked for since the last one began."""
        with self._lock:
            self._busy, self._wanted = self._wanted, False
            return self._busy


def _reindex(script: Path) -> str:
    """Run it to its end; returns why it refused, or nothing."""
    command = [sys.executable, str(script)]
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
    except OSError as error:
        return f"The reindex cannot be started ({error}); run `python3 scripts/reindex.py` in a terminal."
    lines = done.stderr.splitlines() if done.returncode else []
    return "\n".join(line for line in lines if not line.startswith(BAR)).strip()
