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
# Far more than lead to the passages that an answer could be made of.
ROWS_READ = 1000


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
        self.targets = tuple(dict.fromkeys(row.target for row in rows))
        position = {target: n for n, target in enumerate(self.targets)}
        self._target_of = np.array([position[row.target] for row in rows])
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

    def best(self, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each of `targets`, its best row's cosine and position.

        Only the ROWS_READ nearest rows are read. A target without one among them gets the cosine of the
        last of them, which no row of it exceeds, and the position -1.
        """
        # Several rows lead to one passage: nearest first, so the first of each is its best.
        scores, positions = (found[0] for found in self._index.search(vector[None], min(ROWS_READ, len(self.rows))))
        # An approximate index may have read fewer.
        scores, positions = scores[positions >= 0], positions[positions >= 0]
        targets, first = np.unique(self._target_of[positions], return_index=True)
        cosines = np.full(len(self.targets), scores[-1], dtype=np.float32)
        rows = np.full(len(self.targets), -1)
        cosines[targets], rows[targets] = scores[first], positions[first]
        return cosines, rows

    def best_of_each(self, scores: np.ndarray) -> np.ndarray:
        """For each of `targets`, the highest of its rows' `scores`, none of which is below 0."""
        best = np.zeros(len(self.targets), dtype=np.float32)
        np.maximum.at(best, self._target_of, scores)
        return best

    def nearest(self, vector: np.ndarray, *, limit: int) -> list[Hit]:
        """Up to `limit` nearest targets, nearest first, each with its best row's cosine and text."""
        cosines, rows = self.best(vector)
        order = [target for target in np.argsort(-cosines)[:limit] if rows[target] >= 0]
        return [Hit(self.targets[each], float(cosines[each]), self.rows[rows[each]].text) for each in order]


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
