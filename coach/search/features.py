"""Lexical features of a message: what a sentence embedding blurs (a word's exact form) and a route needs."""

import re
import zlib
from collections.abc import Iterator

import numpy as np

BUCKETS = 1 << 15
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[?!]")


def words(text: str) -> list[str]:
    """The lower-case words of `text`, with `?` and `!` as words of their own."""
    return WORD.findall(text.casefold())


def buckets(text: str) -> np.ndarray:
    """The columns that are set for `text`, ascending, each once: its word and character n-grams, hashed.

    The hashing trick (Weinberger et al. 2009): no vocabulary to store, and unknown words cost nothing.
    """
    # crc32 is the same on every machine and in every run, which hash() is not.
    hashed = (zlib.crc32(gram.encode()) % BUCKETS for gram in _grams(text))
    return np.unique(np.fromiter(hashed, dtype=np.int32))


def _grams(text: str) -> Iterator[str]:
    found = words(text)
    yield from found
    yield from (f"{first} {second}" for first, second in zip(["^", *found], [*found, "$"], strict=True))
    for word in found:
        framed = f"<{word}>"
        for size in (3, 4):
            yield from (f"#{framed[start : start + size]}" for start in range(len(framed) - size + 1))
