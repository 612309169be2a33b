"""Finding passages: all by nearness, put in order by what the alternate questions and the conversation teach."""

from collections.abc import Sequence

import numpy as np

from coach.errors import IndexDamaged
from coach.search.index import VectorIndex
from coach.search.ranker import NO_PRIOR, Prior, Ranker
from coach.types import Hit

# More than any answer, suggestion or "did you mean" is made of.
LIMIT = 30


class Finder:
    """An index of passages and the ranker that orders what it finds; both hold the same passages in one order."""

    def __init__(self, index: VectorIndex, ranker: Ranker):
        if index.targets != ranker.passages:
            raise IndexDamaged("the index and the ranker hold different passages")
        self.index, self.ranker = index, ranker

    def find(self, text: str, vector: np.ndarray, prior: Prior = NO_PRIOR) -> Sequence[Hit]:
        """The best passages for a message and its unit vector, best first."""
        cosines, rows = self.index.best(vector)
        scores = self.ranker.scores(text, vector, cosines, prior)
        return [self._hit(each, cosines, rows, scores) for each in np.argsort(-scores, kind="stable")[:LIMIT]]

    def _hit(self, passage: int, cosines: np.ndarray, rows: np.ndarray, scores: np.ndarray) -> Hit:
        matched = self.index.rows[rows[passage]].text if rows[passage] >= 0 else ""
        return Hit(self.index.targets[passage], float(cosines[passage]), matched, float(scores[passage]))
