"""Do the pages' own questions find their own passages, and is each of them one of a kind?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from coach.content.knowledge import PlacedQuestion
from coach.errors import Remark
from coach.search.finder import Finder

# Texts to their unit vectors, row for row.
Vectors = Callable[[Sequence[str]], np.ndarray]
# From this cosine on, two questions teach the same thing.
NEAR = 0.95
# As many questions are compared at a time: some 100 MB of cosines.
AT_A_TIME = 2000
# Directions looked at first, of 384: what is left for the exact comparison is little.
AXES = 32
ROUNDING = 1e-5
TWINS, ASTRAY = "nearly the same question twice", "question finds another page"


@dataclass(frozen=True)
class Findings:
    """What a writer is shown besides errors: remarks, and notes that have no place in a file."""

    remarks: tuple[Remark, ...]
    notes: tuple[str, ...] = ()


def check_questions(questions: Sequence[PlacedQuestion], finder: Finder, vectors: Vectors) -> Findings:
    """Everything about the questions that takes their unit vectors and a way of finding."""
    remarks, elsewhere = list(near_duplicates(questions, vectors)), 0
    for question, found in zip(questions, first_hits(questions, finder, vectors), strict=True):
        if found.partition("#")[0] != question.passage.partition("#")[0]:
            message = f"finds {found} first; make it clearer, or move it there"
            remarks.append(question.remark(ASTRAY, message))
        elsewhere += found != question.passage
    astray = sum(remark.rule == ASTRAY for remark in remarks)
    note = f"{len(questions) - elsewhere:,} of {len(questions):,} questions find their own passage first"
    return Findings(tuple(remarks), (f"{note}; {elsewhere - astray:,} find another passage of their own page.",))


def near_duplicates(questions: Sequence[PlacedQuestion], vectors: Vectors) -> Iterator[Remark]:
    """A remark for the later of two questions to different passages that say nearly the same."""
    for row, other in _near_pairs(vectors([question.text for question in questions])) if questions else ():
        later, earlier = questions[row], questions[other]
        if later.passage != earlier.passage:
            message = f"nearly the same as '{earlier.text}' at {earlier.passage}; keep one, or make them differ"
            yield later.remark(TWINS, message)


def _near_pairs(vectors: np.ndarray) -> Iterator[tuple[int, int]]:
    """Every pair of rows (the later first) with a cosine of NEAR or more, in order.

    Two unit vectors are that near when half their squared distance is at most 1 - NEAR, and no projection takes
    two points further apart. So the AXES along which the vectors differ most rule out nearly all pairs at a
    fraction of the cost, and no pair that is near.
    """
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    low = vectors @ axes[:, -AXES:]
    half, one = (low**2).sum(axis=1, keepdims=True) / 2, np.ones((len(low), 1), dtype=low.dtype)
    # The inner product of a row of the one with a row of the other is minus half their squared distance.
    left, right = np.hstack([low, -half, one]), np.hstack([low, one, -half])
    for start in range(0, len(low), AT_A_TIME):
        block = left[start : start + AT_A_TIME] @ right[: start + AT_A_TIME].T
        rows, others = np.nonzero(block >= NEAR - 1 - ROUNDING)
        rows += start
        cosines = np.einsum("ij,ij->i", vectors[rows], vectors[others])
        near = (cosines >= NEAR) & (others < rows)
        yield from zip(rows[near].tolist(), others[near].tolist(), strict=True)


def first_hits(questions: Sequence[PlacedQuestion], finder: Finder, vectors: Vectors) -> Iterator[str]:
    """What `finder.find` puts first for each question; searching for many at once takes a quarter of the time."""
    rows, targets = finder.index.rows, finder.index.targets
    known, own = vectors([row.text for row in rows]), vectors([question.text for question in questions])
    for start in range(0, len(questions), AT_A_TIME):
        asked = slice(start, start + AT_A_TIME)
        best = finder.index.best_of_each(own[asked] @ known.T)
        for question, vector, cosines in zip(questions[asked], own[asked], best, strict=True):
            yield targets[int(finder.scores(question.text, vector, cosines).argmax())]
