"""Answers that were given a moment ago, for whoever asks the same in the same place of a conversation.

Nothing that was typed is kept: an answer lies under a keyed hash of the message and of the turns before it, the
key is drawn at the start of the process and leaves it nowhere, and so many answers are kept and no more.
"""

import hashlib
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import astuple
from threading import Lock

from coach.types import Answer, Turn

# From a message and the turns before it to its answer and the turns after it.
Reply = Callable[[str, Sequence[Turn]], tuple[Answer, tuple[Turn, ...]]]


class Repeats:
    """A way to reply that remembers the last `size` replies of another; safe to share between threads."""

    def __init__(self, reply: Reply, size: int):
        self._reply, self._size = reply, size
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, tuple[Answer, tuple[Turn, ...]]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, message: str, turns: Sequence[Turn] = ()) -> tuple[Answer, tuple[Turn, ...]]:
        """The reply to `message` after `turns`: the one that was given before, if it is still known."""
        if not self._size:
            return self._reply(message, turns)
        place = self._place(message, turns)
        with self._lock:
            if place in self._known:
                self._known.move_to_end(place)
                return self._known[place]
        given = self._reply(message, turns)
        with self._lock:
            self._known[place] = given
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return given

    def _place(self, message: str, turns: Sequence[Turn]) -> bytes:
        # JSON tells a message from the turns beside it, and holds even half a character.
        asked = json.dumps([message, [astuple(turn) for turn in turns]]).encode()
        return hashlib.blake2b(asked, key=self._key, digest_size=32).digest()
