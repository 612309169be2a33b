"""Vectors with the text that each stands for; the only file that imports faiss."""

from collections.abc import Sequence
from dataclasses import dataclass

import faiss
import numpy as np

from coach.errors import IndexDamaged
from coach.types import Hit

# Up to so many rows each of them is read; beyond, that would take longer than a fifth of encoding a question.
EXACT_UP_TO = 50_000
# Beyond, so much of the exact first ten must be found, for so many messages that are as near to a row as these are.
LEAST_RECALL, FIRST, TRIED, NOISE = 0.99, 10, 200, 0.6
SEED = 3


@dataclass(frozen=True)
class Row:
    """What one vector stands for: a text that leads to `target`, a passage's id."""

    target: str
    text: str


class VectorIndex:
    """Rows and their unit vectors, in the same order; search is by cosine (inner product), exact up to EXACT_UP_TO."""

    def __init__(self, rows: Sequence[Row], index: faiss.Index):
        if index.ntotal != len(rows):
            raise IndexDamaged(f"{index.ntotal} vectors for {len(rows)} texts")
        self.rows = tuple(rows)
        self._index = index

    @classmethod
    def build(cls, rows: Sequence[Row], vectors: np.ndarray) -> "VectorIndex":
        """An index over `vectors`, shape (len(rows), dimensions), unit length."""
        return cls(rows, _exact(vectors) if len(rows) <= EXACT_UP_TO else _approximate(vectors))

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
            if position < 0:
                # An approximate index has read no more rows.
                break
            row = self.rows[position]
            if row.target not in hits:
                hits[row.target] = Hit(row.target, float(score), row.text)
                if len(hits) == limit:
                    break
        return list(hits.values())


def _exact(vectors: np.ndarray) -> faiss.Index:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def _approximate(vectors: np.ndarray) -> faiss.Index:
    """Lists of near rows (an inverted file), of which as many are read as LEAST_RECALL takes."""
    rows, dimensions = vectors.shape
    lists = int(4 * rows**0.5)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    messages = _near(vectors)
    exact = _exact(vectors).search(messages, FIRST)[1]
    while index.nprobe < lists and _recall(index, messages, exact) < LEAST_RECALL:
        index.nprobe = min(2 * index.nprobe, lists)
    return index


def _near(vectors: np.ndarray) -> np.ndarray:
    """Unit vectors near to some of `vectors`, as messages are."""
    random = np.random.default_rng(SEED)
    picked = vectors[random.integers(len(vectors), size=TRIED)]
    noise = random.standard_normal(picked.shape, dtype=np.float32) / picked.shape[1] ** 0.5
    messages = picked + NOISE * noise
    return messages / np.linalg.norm(messages, axis=1, keepdims=True)


def _recall(index: faiss.Index, messages: np.ndarray, exact: np.ndarray) -> float:
    found = index.search(messages, FIRST)[1]
    return float(np.mean([len({*one} & {*other}) / FIRST for one, other in zip(found, exact, strict=True)]))
