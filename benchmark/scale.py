"""How search, memory and loading grow with the number of passages: synthetic ones, from a seed."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmark.encoding import in_a_process

SEED = 5
DIMENSIONS = 384
# A body, a title and alternate questions, as many as the real knowledge base has.
ROWS_A_PASSAGE = 21
# Real texts gather around subjects, and an index lives on that: so many passages for each, and so wide.
PASSAGES_A_SUBJECT = 12
SPREAD = 0.8
SEARCHES, FIRST = 100, 10
VECTORS, TEXTS, ASKED = "vectors", "texts.json", "asked.npz"


@dataclass(frozen=True)
class Point:
    """One size: seconds to build and to load, milliseconds a search, megabytes held, recall of the exact first ten."""

    passages: int
    rows: int
    build_seconds: float
    load_seconds: float
    search_ms: float
    megabytes: float
    recall: float


def measure(passages: int) -> Point:
    """The figures for so many passages: one process builds, another, whose memory nothing else touched, serves."""
    with TemporaryDirectory(prefix="scale-") as folder:
        built = in_a_process(_build, passages, folder)
        return Point(passages, passages * ROWS_A_PASSAGE, built, **in_a_process(_serve, folder))


def _build(passages: int, folder: str) -> float:
    """Seconds to build the index; writes it, and some questions with their exact first ten."""
    from coach.search.index import VectorIndex

    vectors, asked = synthetic(passages), synthetic(passages, draw=1, rows=1)[:: -(-passages // SEARCHES)]
    texts = [f"Text {number} of so many letters as an alternate question has" for number in range(len(vectors))]
    Path(folder, TEXTS).write_text(json.dumps(texts))
    np.savez(Path(folder, ASKED), asked=asked, exact=[_first_ten(vectors @ each) for each in asked])
    started = time.perf_counter()
    index = VectorIndex.build(_rows(texts), vectors)
    seconds = time.perf_counter() - started
    Path(folder, VECTORS).write_bytes(index.to_bytes())
    return seconds


def _serve(folder: str) -> dict[str, float]:
    """Load the index and ask it."""
    from coach.search.index import VectorIndex

    with np.load(Path(folder, ASKED)) as file:
        asked, exact = file["asked"], file["exact"]
    held, started = _megabytes(), time.perf_counter()
    rows = _rows(json.loads(Path(folder, TEXTS).read_bytes()))
    index = VectorIndex.from_bytes(rows, Path(folder, VECTORS).read_bytes())
    loaded = time.perf_counter() - started
    megabytes = _megabytes() - held
    times, found = [], []
    for vector in asked:
        begun = time.perf_counter()
        found.append({int(hit.passage) for hit in index.nearest(vector, limit=FIRST)})
        times.append((time.perf_counter() - begun) * 1000)
    shares = [len(one & {*other}) / len(other) for one, other in zip(found, exact.tolist(), strict=True)]
    return {
        "load_seconds": loaded,
        "search_ms": float(np.median(times)),
        "megabytes": megabytes,
        "recall": float(np.mean(shares)),
    }


def _rows(texts: list[str]) -> list:
    from coach.search.index import Row

    return [Row(str(number // ROWS_A_PASSAGE), text) for number, text in enumerate(texts)]


def synthetic(passages: int, *, draw: int = 0, rows: int = ROWS_A_PASSAGE) -> np.ndarray:
    """Unit vectors, `rows` for each passage one after the other; another `draw` gives others for the same passages."""
    random = np.random.default_rng(SEED)
    subjects = _unit(random.standard_normal((-(-passages // PASSAGES_A_SUBJECT), DIMENSIONS), dtype=np.float32))
    centres = _around(subjects[random.integers(len(subjects), size=passages)], random)
    return _around(np.repeat(centres, rows, axis=0), np.random.default_rng([SEED, draw]))


def _around(centres: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return _unit(centres + SPREAD * _unit(random.standard_normal(centres.shape, dtype=np.float32)))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _first_ten(cosines: np.ndarray) -> np.ndarray:
    """The passages whose best rows are nearest."""
    return np.argsort(-cosines.reshape(-1, ROWS_A_PASSAGE).max(axis=1))[:FIRST]


def _megabytes() -> float:
    """What this process holds in memory now (VmRSS)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
