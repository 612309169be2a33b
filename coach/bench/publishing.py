"""A reindex in a process of its own, started from the maintainers' page, and what became of it."""

import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Lock

from coach.settings import ROOT

SCRIPT = ROOT / "scripts" / "reindex.py"
# How a line of a progress bar begins.
BAR = "Batches:"


class Publisher:
    """Runs one reindex at a time, and one more when it was asked for meanwhile; `told` is why the last one refused."""

    def __init__(self, script: Path = SCRIPT):
        self._script = script
        self._running: subprocess.Popen | None = None
        self._said = None
        self._again = False
        self._lock = Lock()
        self.told = ""

    def start(self) -> None:
        """Publish the files as they are now."""
        with self._lock:
            # The one that runs may have read the files already.
            self._again = self._busy()
            if not self._again:
                self._run()

    @property
    def busy(self) -> bool:
        """Whether a reindex is under way; takes note of its end."""
        with self._lock:
            return self._busy()

    def _run(self) -> None:
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115, closed when the process has ended
        command = [sys.executable, str(self._script)]
        self._running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self._said)

    def _busy(self) -> bool:
        if self._running and self._running.poll() is not None:
            self._said.seek(0)
            lines = self._said.read().splitlines() if self._running.returncode else []
            self.told = "\n".join(line for line in lines if not line.startswith(BAR)).strip()
            self._said.close()
            self._running = None
            if self._again:
                self._again = False
                self._run()
        return self._running is not None
