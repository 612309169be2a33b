"""Vectors with the text that each stands for; the only file that imports faiss."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import faiss
import numpy as np

from coach.errors import IndexDamaged
from coach.types import Hit

# Up to so many rows each of them is read: a third of the time that encoding a question takes. From 20,000 rows on it
# is a fifth, but there an approximate index that loses no more than this saves next to nothing, and takes training.
EXACT_UP_TO = 30_000
# Beyond, so much of the exact first ten targets must be found, for so many messages as near to a row as these. For
# other messages it is a little less, and 0.99 is wanted for all.
LEAST_RECALL, FIRST, TRIED, NOISE = 0.995, 10, 1000, 1.0
# Finer lists hardly find more, and half a million rows would take minutes.
TRAINING_ROUNDS, TRAINED_ON = 10, 64
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
        self.targets, self._target_of = _targets(rows)
        grouped = bool(np.all(np.diff(self._target_of) >= 0))
        # An index of passages is; then nothing need be moved.
        self._by_target = slice(None) if grouped else np.argsort(self._target_of, kind="stable")
        self._starts = np.searchsorted(self._target_of[self._by_target], np.arange(len(self.targets)))
        self._index = index

    @classmethod
    def build(cls, rows: Sequence[Row], vectors: np.ndarray) -> "VectorIndex":
        """An index over `vectors`, shape (len(rows), dimensions), unit length."""
        return cls(rows, _exact(vectors) if len(rows) <= EXACT_UP_TO else _approximate(vectors, _targets(rows)[1]))

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
        with _one_thread():
            scores, positions = (found[0] for found in self._index.search(vector[None], min(ROWS_READ, len(self.rows))))
        # An approximate index may have read fewer.
        scores, positions = scores[positions >= 0], positions[positions >= 0]
        targets, first = np.unique(self._target_of[positions], return_index=True)
        cosines = np.full(len(self.targets), scores[-1], dtype=np.float32)
        rows = np.full(len(self.targets), -1)
        cosines[targets], rows[targets] = scores[first], positions[first]
        return cosines, rows

    def best_of_each(self, scores: np.ndarray) -> np.ndarray:
        """For each of `targets`, the highest of its rows' `scores`, whose last axis has all rows."""
        return np.maximum.reduceat(scores[..., self._by_target], self._starts, axis=-1)

    def nearest(self, vector: np.ndarray, *, limit: int) -> list[Hit]:
        """Up to `limit` nearest targets, nearest first, each with its best row's cosine and text."""
        cosines, rows = self.best(vector)
        order = [target for target in np.argsort(-cosines)[:limit] if rows[target] >= 0]
        return [Hit(self.targets[each], float(cosines[each]), self.rows[rows[each]].text) for each in order]


@contextmanager
def _one_thread() -> Iterator[None]:
    """FAISS works with one thread within this block; all cores are for bulk work."""
    # For one question, gathering a team of threads takes longer than reading the rows, and much longer on a busy
    # machine. The number is the calling thread's own: others that search or build meanwhile keep theirs.
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _exact(vectors: np.ndarray) -> faiss.Index:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def _approximate(vectors: np.ndarray, target_of: np.ndarray) -> faiss.Index:
    """Lists of near rows (an inverted file), of which as many are read as LEAST_RECALL takes."""
    rows, dimensions = vectors.shape
    lists = int(4 * rows**0.5)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.max_points_per_centroid = TRAINING_ROUNDS, TRAINED_ON
    index.train(vectors)
    index.add(vectors)
    messages = _near(vectors)
    exact = _first(_exact(vectors), messages, target_of)
    while index.nprobe < lists and _recall(_first(index, messages, target_of), exact) < LEAST_RECALL:
        index.nprobe = min(index.nprobe + -(-index.nprobe // 2), lists)
    return index


def _targets(rows: Sequence[Row]) -> tuple[tuple[str, ...], np.ndarray]:
    """Every target once, and for each row the place of its own."""
    targets = tuple(dict.fromkeys(row.target for row in rows))
    places = {target: place for place, target in enumerate(targets)}
    return targets, np.array([places[row.target] for row in rows])


def _near(vectors: np.ndarray) -> np.ndarray:
    """Unit vectors near to some of `vectors`, as messages are."""
    random = np.random.default_rng(SEED)
    picked = vectors[random.integers(len(vectors), size=TRIED)]
    noise = random.standard_normal(picked.shape, dtype=np.float32) / picked.shape[1] ** 0.5
    messages = picked + NOISE * noise
    return messages / np.linalg.norm(messages, axis=1, keepdims=True)


def _first(index: faiss.Index, messages: np.ndarray, target_of: np.ndarray) -> list[set[int]]:
    """For each message, its FIRST targets; the ten nearest rows may all lead to one."""
    found = index.search(messages, min(ROWS_READ, index.ntotal))[1]
    return [{*list(dict.fromkeys(target_of[each[each >= 0]].tolist()))[:FIRST]} for each in found]


def _recall(found: Sequence[set[int]], exact: Sequence[set[int]]) -> float:
    return float(np.mean([len(one & other) / len(other) for one, other in zip(found, exact, strict=True)]))
