"""BM25 over the same rows as the vectors: what a message shares with them word for word."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from coach.search.features import words
from coach.search.file_pair import pack, unpack

# A word in more than this share of the rows tells them apart no better than chance, and costs the most.
COMMON = 0.1


class WordIndex:
    """For each word, the rows that hold it and what it adds to their score (Robertson and Zaragoza 2009).

    `count` is the number of rows. `places` gives each word its place; its postings are
    `rows[starts[place] : starts[place + 1]]`, with `weights` beside them.
    """

    def __init__(
        self, count: int, places: Mapping[str, int], starts: np.ndarray, rows: np.ndarray, weights: np.ndarray
    ):
        self.count, self._places = count, dict(places)
        self._starts, self._rows, self._weights = starts, rows, weights

    @classmethod
    def build(cls, texts: Sequence[str]) -> "WordIndex":
        """The index of `texts`, row for row; bm25s computes the weights."""
        import bm25s

        tokens = [words(text) for text in texts]
        held = Counter(word for each in tokens for word in set(each))
        telling = {word for word, count in held.items() if count <= COMMON * len(texts)}
        model = bm25s.BM25()
        model.index([[word for word in each if word in telling] for each in tokens], show_progress=False)
        places = {word: model.vocab_dict[word] for word in sorted(telling)}
        starts, rows, weights = (model.scores[name] for name in ("indptr", "indices", "data"))
        return cls(len(texts), places, starts.astype(np.int32), rows.astype(np.int32), weights)

    def scores(self, text: str) -> np.ndarray:
        """A score for each of the `count` rows, 0 where no telling word is shared."""
        scores = np.zeros(self.count, dtype=np.float32)
        for word in words(text):
            place = self._places.get(word)
            if place is not None:
                postings = slice(self._starts[place], self._starts[place + 1])
                scores[self._rows[postings]] += self._weights[postings]
        return scores

    def to_files(self) -> dict[str, bytes]:
        """The index as files for the published version."""
        tensors = {"starts": self._starts, "rows": self._rows, "weights": self._weights}
        plain = {"count": self.count, "places": self._places}
        return pack("words", plain, tensors)

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "WordIndex":
        """The index that `to_files` gave."""
        plain, tensors = unpack("words", files)
        return cls(plain["count"], plain["places"], tensors["starts"], tensors["rows"], tensors["weights"])
