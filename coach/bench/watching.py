"""Reindexing on save; the only file that imports watchfiles."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from watchfiles import Change, watch

# Editors save in several steps, and a maintainer saves several files: wait until it has been quiet for so long.
QUIET_MILLISECONDS = 300
WORDS = {".md", ".yaml"}


def saves(folder: Path, stop: threading.Event | None = None) -> Iterator[list[Path]]:
    """The files of words below `folder` that were changed, each time that somebody saved some."""
    wait = {"step": QUIET_MILLISECONDS, "debounce": 10 * QUIET_MILLISECONDS, "stop_event": stop}
    for changes in watch(folder, watch_filter=_is_words, raise_interrupt=False, **wait):
        yield sorted(Path(path) for _, path in changes)


def each_save(folder: Path, attempt: Callable[[], None], stop: threading.Event | None = None) -> None:
    """Call `attempt` now and after every save, until interrupted or stopped."""
    attempt()
    for _ in saves(folder, stop):
        attempt()


def _is_words(change: Change, path: str) -> bool:
    # What editors leave beside a page, and the schemas, are nobody's words.
    parts = Path(path).parts
    return Path(path).suffix in WORDS and not any(part.startswith(".") for part in parts[-2:])
