"""Vectors that were computed before, so that one edit costs the encoding of one edit."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

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
        tensors["seal"] = _seal(tensors)
        unfinished = self._path.with_suffix(".unfinished")
        unfinished.write_bytes(save(tensors))
        os.replace(unfinished, self._path)

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
    try:
        tensors = load(path.read_bytes())
        # A flipped bit in a vector would go unseen into the index, and stay there.
        if not np.array_equal(tensors["seal"], _seal(tensors)):
            return {}
        keys = [key.tobytes() for key in tensors["keys"]]
        return dict(zip(keys, tensors["vectors"], strict=True))
    except (OSError, SafetensorError, KeyError, ValueError):
        return {}


def _seal(tensors: dict[str, np.ndarray]) -> np.ndarray:
    """The SHA-256 of the keys and vectors, as 32 bytes."""
    data = tensors["keys"].tobytes() + tensors["vectors"].tobytes()
    return np.frombuffer(hashlib.sha256(data).digest(), dtype=np.uint8)
