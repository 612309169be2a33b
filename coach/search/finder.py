"""Finding passages: the nearest by embedding, put in order by what the alternate questions teach."""

import numpy as np

from coach.search.index import VectorIndex
from coach.search.ranker import Ranker
from coach.types import Hit

# As many passages are put in order; a page that the ranker prefers may not be among the very nearest.
CANDIDATES = 200


class Finder:
    """An index of passages and the ranker that orders what it finds."""

    def __init__(self, index: VectorIndex, ranker: Ranker):
        self.index, self.ranker = index, ranker

    def find(self, text: str, vector: np.ndarray) -> list[Hit]:
        """Passages for a message and its unit vector, best first."""
        return self.ranker.order(self.index.nearest(vector, limit=CANDIDATES), text, vector)
