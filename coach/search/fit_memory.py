"""Classifiers that were learned before: what is learned again from the same examples is read from a file."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import numpy as np

from coach.search import sealed


class FitMemory:
    """Arrays by the SHA-256 of what they were learned from, one file each; a lost or damaged file only costs time."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._used: set[str] = set()

    def recall(self, key: str, *names: str) -> dict[str, np.ndarray] | None:
        """The arrays of these names under `key`; None when they have to be learned."""
        self._used.add(key)
        return sealed.read(self._path(key), *names)

    def keep(self, key: str, arrays: dict[str, np.ndarray]) -> None:
        """Remember `arrays` under `key`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        sealed.write(self._path(key), arrays)

    def forget_the_rest(self) -> None:
        """Remove all that was neither recalled nor kept."""
        used = {self._path(key) for key in self._used}
        for path in self._folder.glob("*"):
            if path not in used:
                path.unlink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.safetensors"


_current: ContextVar[FitMemory | None] = ContextVar("fit_memory", default=None)


@contextmanager
def remembering(folder: Path) -> Iterator[None]:
    """Within this block, `fit` learns nothing that `folder` holds; at its end, what was not asked for is forgotten."""
    memory = FitMemory(folder)
    token = _current.set(memory)
    try:
        yield
    finally:
        _current.reset(token)
    memory.forget_the_rest()


def current_memory() -> FitMemory | None:
    """The memory of the block that is running, if any."""
    return _current.get()


def digest(*parts: np.ndarray | str) -> str:
    """SHA-256 over arrays and texts, their kinds and lengths."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else np.ascontiguousarray(part).data.cast("B")
        total.update(f"{getattr(part, 'dtype', 'text')} {len(data)} ".encode())
        total.update(data)
    return total.hexdigest()
