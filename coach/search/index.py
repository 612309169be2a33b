"""Vectors with the text that each stands for; the only file that imports faiss."""

from collections.abc import Sequence
from dataclasses import dataclass

import faiss
import numpy as np

from coach.errors import IndexDamaged
from coach.types import Hit


@dataclass(frozen=True)
class Row:
    """What one vector stands for: a text that leads to `target`, a passage's id."""

    target: str
    text: str


class VectorIndex:
    """Rows and their unit vectors, in the same order; search is exact inner product, hence cosine."""

    def __init__(self, rows: Sequence[Row], index: faiss.IndexFlatIP):
        if index.ntotal != len(rows):
            raise IndexDamaged(f"{index.ntotal} vectors for {len(rows)} texts")
        self.rows = tuple(rows)
        self._index = index

    @classmethod
    def build(cls, rows: Sequence[Row], vectors: np.ndarray) -> "VectorIndex":
        """An index over `vectors`, shape (len(rows), dimensions), unit length."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(rows, index)

    @classmethod
    def from_bytes(cls, rows: Sequence[Row], data: bytes) -> "VectorIndex":
        """The index that `to_bytes` gave; the caller has checked that the bytes are unaltered."""
        return cls(rows, faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))

    def to_bytes(self) -> bytes:
        """The vectors, as FAISS writes them."""
        return faiss.serialize_index(self._index).tobytes()

    def nearest_cosines(self, vectors: np.ndarray) -> np.ndarray:
        """For each of `vectors` (n, dimensions), the cosine of its nearest row."""
        return self._index.search(vectors, 1)[0][:, 0]

    def nearest(self, vector: np.ndarray, *, limit: int) -> list[Hit]:
        """The `limit` nearest targets, nearest first, each with its best row's cosine and text."""
        # Several rows lead to one passage, so every row is scored and the best of each is kept.
        scores, positions = self._index.search(vector.reshape(1, -1), len(self.rows))
        hits: dict[str, Hit] = {}
        for score, position in zip(scores[0], positions[0], strict=True):
            row = self.rows[position]
            if row.target not in hits:
                hits[row.target] = Hit(row.target, float(score), row.text)
                if len(hits) == limit:
                    break
        return list(hits.values())
