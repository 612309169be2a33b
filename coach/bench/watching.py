"""Reindexing on save; the only file that imports watchfiles."""

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import Change, watch

# Editors save in several steps, and a maintainer saves several files: wait until it has been quiet for so long.
QUIET_MILLISECONDS = 300
WORDS = {".md", ".yaml"}


def each_save(folder: Path, attempt: Callable[[], bool], stop: threading.Event | None = None) -> None:
    """Call `attempt` now and after every save of a file of words below `folder`, until interrupted or stopped.

    While it gives False it could not be made yet, and is made again shortly.
    """
    wait = {"step": QUIET_MILLISECONDS, "debounce": 10 * QUIET_MILLISECONDS, "rust_timeout": QUIET_MILLISECONDS}
    saves = watch(folder, watch_filter=_is_words, stop_event=stop, raise_interrupt=False, yield_on_timeout=True, **wait)
    # The watch begins with the first look: from then on no save is missed, nor one made during an attempt.
    next(saves, None)
    done = attempt()
    for changes in saves:
        if changes or not done:
            done = attempt()


def _is_words(change: Change, path: str) -> bool:
    # What editors leave beside a page, and the schemas, are nobody's words.
    parts = Path(path).parts
    return Path(path).suffix in WORDS and not any(part.startswith(".") for part in parts[-2:])
