"""SHA-256 of files, remembered by what the file system says of them: a file that was not touched is not read again."""

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path

from coach.settings import Settings

# A file changed this short a time ago may change again without a new time stamp; it is not remembered yet.
SETTLED_NANOSECONDS = 2_000_000_000

UNFINISHED = ".unfinished-"


class FileHashes:
    """The SHA-256 of files; the memory is one file, and losing it only costs time."""

    def __init__(self, memory: Path):
        self._memory = memory
        self._known: dict[str, list] = _read(memory)
        self._learned = False

    def of(self, path: Path) -> str:
        """The SHA-256 of the file at `path`; raises OSError when it cannot be read."""
        status = path.stat()
        # The time of the last change to the inode cannot be set by hand, unlike that of the last writing.
        stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        known = self._known.get(str(path))
        if known and known[:-1] == stamp:
            return known[-1]
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if time.time_ns() - status.st_ctime_ns > SETTLED_NANOSECONDS:
            self._known[str(path)] = [*stamp, digest]
            self._learned = True
        return digest

    def save(self) -> None:
        """Keep what was learned for the next process, where that is possible."""
        if not self._learned:
            return
        known = {path: entry for path, entry in self._known.items() if os.path.exists(path)}
        unfinished = self._memory.with_name(f"{UNFINISHED}{self._memory.name}-{os.getpid()}")
        with suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(known))
            os.replace(unfinished, self._memory)
            self._learned = False


def remembered_hashes(settings: Settings) -> FileHashes:
    """Those that earlier processes learned."""
    return FileHashes(settings.var / "file-hashes.json")


def clean_up(settings: Settings) -> None:
    """Remove what processes left that were killed while they saved; one that is saving loses no more than time."""
    for path in settings.var.glob(f"{UNFINISHED}*"):
        path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, list]:
    try:
        known = json.loads(path.read_bytes())
        return {name: entry for name, entry in known.items() if len(entry) == 5}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
