"""Finding passages: all by nearness, put in order by what the alternate questions and the conversation teach."""

import numpy as np

from coach.search.index import VectorIndex
from coach.search.ranker import NONE, Leanings, Ranker
from coach.types import Hit


class Finder:
    """An index of passages and the ranker that orders what it finds."""

    def __init__(self, index: VectorIndex, ranker: Ranker):
        self.index, self.ranker = index, ranker

    def find(self, text: str, vector: np.ndarray, leanings: Leanings = NONE) -> list[Hit]:
        """All passages for a message and its unit vector, best first."""
        nearest = self.index.nearest(vector, limit=len(self.index.rows))
        return self.ranker.order(nearest, text, vector, leanings)
