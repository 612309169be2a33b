"""The coach that a running process serves: loads in the background, follows what is published."""

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from coach import published
from coach.dialogue.coach import Coach
from coach.errors import CoachError, IndexUnavailable
from coach.process_memory import give_back, keep_little
from coach.repeats import Repeats, Reply
from coach.search import store
from coach.search.encoder import Encoder
from coach.settings import Settings

MEND = "run `python3 scripts/reindex.py`; this process picks the new index up by itself"
# An index that could not be loaded is tried again after this many seconds, even if nothing changed:
# what was missing may be the model, or the permission to read.
RETRY_SECONDS = 2.0


@dataclass(frozen=True)
class Serving:
    """What is served now: a version, its coach, and its way to reply, which may know the last answers."""

    version: str
    coach: Coach
    reply: Reply


class LiveCoach:
    """Gives the current coach to each request; keeps the last good one whatever happens on disk."""

    def __init__(self, settings: Settings, make_encoder: Callable[[], Encoder]):
        self._root = settings.index_folder
        self._repeats = settings.repeats
        self._make_encoder = make_encoder
        self._encoder: Encoder | None = None
        self._serving: Serving | None = None
        self._failed = ("", 0.0)
        self._trouble = ""
        self._lock = threading.Lock()

    def warm_up(self) -> None:
        """Load index and model without waiting for the first question; returns at once."""
        keep_little()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def current(self) -> Serving:
        """What to serve this request with; raises IndexUnavailable, or CoachError when the model is missing."""
        version = self._published_version()
        serving = self._serving
        if serving and serving.version == version:
            self._trouble = ""
        outdated = serving is None or version not in ("", serving.version)
        # The request that meets a new version loads it; those beside it go on with the old one.
        if not outdated or not self._lock.acquire(blocking=serving is None):
            return serving
        try:
            return self._load(version)
        finally:
            self._lock.release()

    @property
    def serving(self) -> Serving | None:
        """What was served last, without a look at the disk; None before the first index is loaded."""
        return self._serving

    @property
    def trouble(self) -> str:
        """Why the newest index is not the one served; empty when all is well."""
        return self._trouble

    def _published_version(self) -> str:
        """The name in `current`; empty when it can't be read, which `_load` then explains."""
        try:
            version = store.current_version(self._root)
        except IndexUnavailable as error:
            self._trouble = f"{error}; {MEND}"
            return ""
        if not version:
            self._trouble = f"the file {self._root / store.CURRENT} is empty; {MEND}"
        return version

    def _load(self, version: str) -> Serving:
        if self._serving and self._serving.version == version:
            return self._serving
        failed, when = self._failed
        if self._serving and failed == version and time.monotonic() - when < RETRY_SECONDS:
            return self._serving
        try:
            loaded, coach = self._load_coach()
            self._serving = Serving(loaded, coach, Repeats(coach.reply, self._repeats))
            self._trouble = ""
            give_back()
        except CoachError as error:
            self._failed = (version, time.monotonic())
            self._trouble = f"{error}; {MEND}"
            if not self._serving:
                raise type(error)(self._trouble) from error
        return self._serving

    def _load_coach(self) -> tuple[str, Coach]:
        if self._encoder:
            return published.load_coach(self._root, self._encoder)
        # Model and index are read side by side: either takes a quarter of a second.
        with ThreadPoolExecutor(1, thread_name_prefix="model") as beside:
            return published.load_coach_by(self._root, beside.submit(self._keep_encoder).result)

    def _keep_encoder(self) -> Encoder:
        """Made once, also where the index beside it turns out to be damaged."""
        self._encoder = self._make_encoder()
        return self._encoder

    def _warm_up(self) -> None:
        # A fault is said by /readyz and by every request until it is mended.
        with contextlib.suppress(CoachError):
            # The first encoding loads the model.
            self.current().coach.reply("hello")
