"""Vectors that were computed before, so that one edit costs the encoding of one edit."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from coach.search import sealed
from coach.search.encoder import Encoder


class VectorCache:
    """Vectors by the SHA-256 of (model, text), in one file; a lost or damaged file only costs time."""

    def __init__(self, path: Path, identity: str):
        self._path, self._identity = path, identity
        self._known = _read(path)

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Those of `texts` that still have to be encoded."""
        return [text for text in texts if self._key(text) not in self._known]

    def add(self, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Remember the vectors of `texts`, row for row."""
        self._known.update(zip(map(self._key, texts), vectors, strict=True))

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors of `texts`, (len(texts), dimensions); each of them must be known."""
        return np.stack([self._known[self._key(text)] for text in texts])

    def save(self, texts: Sequence[str]) -> None:
        """Keep the vectors of `texts` for the next time, and forget all others."""
        keys = b"".join(map(self._key, texts))
        tensors = {"keys": np.frombuffer(keys, dtype=np.uint8).reshape(-1, 32), "vectors": self.vectors(texts)}
        sealed.write(self._path, tensors)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._identity}\n{text}".encode()).digest()


class RecallingEncoder:
    """An encoder that looks a text up in a cache first; what it has to encode, the cache knows from then on."""

    def __init__(self, encoder: Encoder, cache: VectorCache):
        self.identity, self._encoder, self._cache = encoder.identity, encoder, cache

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors of `texts`, row for row."""
        if missing := self._cache.missing(texts):
            self._cache.add(missing, self._encoder.encode(missing, progress=progress))
        return self._cache.vectors(texts)


def _read(path: Path) -> dict[bytes, np.ndarray]:
    tensors = sealed.read(path, "keys", "vectors")
    if tensors is None:
        return {}
    return dict(zip([key.tobytes() for key in tensors["keys"]], tensors["vectors"], strict=True))
