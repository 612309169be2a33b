"""How search, memory and loading grow with the number of passages: synthetic ones, from a seed."""

import json
import multiprocessing
import resource
import time
from dataclasses import asdict, dataclass

import numpy as np

SEED = 5
DIMENSIONS = 384
# Real texts gather around subjects, and an index lives on that: so many of them, and so wide.
SUBJECTS = 2000
SPREAD = 0.8
SEARCHES = 100


@dataclass(frozen=True)
class Point:
    """One size: seconds to build and to load, milliseconds a search, megabytes held, recall of the exact first ten."""

    passages: int
    build_seconds: float
    load_seconds: float
    search_ms: float
    megabytes: float
    recall: float


def measure(passages: int) -> Point:
    """The figures for so many passages, taken in a process of its own, whose memory nothing else touches."""
    # A forked one would count the pages of its parent.
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return Point(**json.loads(pool.apply(_measure, (passages,))))


def _measure(passages: int) -> str:
    from coach.search.index import Row, VectorIndex

    vectors, asked = synthetic(passages), synthetic(SEARCHES, draw=1)
    rows = [Row(f"page-{number // 8}#{number % 8}", f"text {number}") for number in range(passages)]
    started = time.perf_counter()
    data = VectorIndex.build(rows, vectors).to_bytes()
    built = time.perf_counter()
    held = _megabytes()
    index = VectorIndex.from_bytes(rows, data)
    loaded = time.perf_counter()
    times, found = [], []
    for vector in asked:
        begun = time.perf_counter()
        found.append({hit.passage for hit in index.nearest(vector, limit=10)})
        times.append((time.perf_counter() - begun) * 1000)
    exact = [_first_ten(rows, vectors @ vector) for vector in asked]
    recall = np.mean([len(one & other) / len(other) for one, other in zip(found, exact, strict=True)])
    point = Point(
        passages, built - started, loaded - built, float(np.median(times)), _megabytes() - held, float(recall)
    )
    return json.dumps(asdict(point))


def synthetic(number: int, *, draw: int = 0) -> np.ndarray:
    """Unit vectors around the same subjects, whatever their number; another `draw` gives others."""
    subjects = _unit(np.random.default_rng(SEED).standard_normal((SUBJECTS, DIMENSIONS), dtype=np.float32))
    random = np.random.default_rng([SEED, draw])
    noise = _unit(random.standard_normal((number, DIMENSIONS), dtype=np.float32))
    return _unit(subjects[random.integers(SUBJECTS, size=number)] + SPREAD * noise)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _first_ten(rows, cosines: np.ndarray) -> set[str]:
    targets = dict.fromkeys(rows[place].target for place in np.argsort(-cosines)[:200])
    return set(list(targets)[:10])


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
