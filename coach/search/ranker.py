"""The order of what was found: nearness, and what the alternate questions teach about pages and kinds of section.

A single near question can mislead. So each passage is scored by its best cosine, by how probable its page
is for this message, and by how probable its kind is ("which words" asks for another section than "does it
work"). The sum is a product of experts; its weights are the best of a grid on the `dev` questions.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from safetensors.numpy import load, save

from coach.search.linear import LinearClassifier, features, fit
from coach.types import Hit

PENALTY = 1 / 6
# A page with many questions must not outshout one with few: each weighs by this power of their number.
FAIRNESS = -0.5
WEIGHT_OF_KIND = 0.5
WEIGHT_OF_COSINE = 5.0
FILES = ("ranker.json", "ranker.safetensors")


class Asked(NamedTuple):
    """An alternate question, and the page and the kind of section that it asks for."""

    text: str
    page: str
    kind: str


@dataclass(frozen=True)
class Leanings:
    """What speaks for pages before the message is read, as logarithms of odds: the conversation so far."""

    pages: Mapping[str, float] = field(default_factory=dict)


NONE = Leanings()


class Ranker:
    """Orders hits; `kind_of` gives the kind of each passage."""

    def __init__(self, pages: LinearClassifier, kinds: LinearClassifier, kind_of: Mapping[str, str]):
        self._pages, self._kinds, self._kind_of = pages, kinds, dict(kind_of)
        self._page_columns = {page: column for column, page in enumerate(pages.labels)}
        self._kind_columns = {kind: column for column, kind in enumerate(kinds.labels)}

    def order(self, hits: Sequence[Hit], text: str, vector: np.ndarray, leanings: Leanings = NONE) -> list[Hit]:
        """The same hits, best first."""
        pages = self._pages.log_probabilities(text, vector)
        kinds = self._kinds.log_probabilities(text, vector)

        def score(hit: Hit) -> float:
            page, kind = hit.passage.partition("#")[0], self._kind_of[hit.passage]
            learned = pages[self._page_columns[page]] + WEIGHT_OF_KIND * kinds[self._kind_columns[kind]]
            return learned + leanings.pages.get(page, 0.0) + WEIGHT_OF_COSINE * hit.score

        return sorted(hits, key=score, reverse=True)

    def to_files(self) -> dict[str, bytes]:
        """The ranker as files for the published index."""
        plain = {"pages": self._pages.labels, "kinds": self._kinds.labels, "kind_of": self._kind_of}
        tensors = self._pages.tensors("pages") | self._kinds.tensors("kinds")
        return dict(zip(FILES, (json.dumps(plain).encode(), save(tensors)), strict=True))

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "Ranker":
        """The ranker that `to_files` gave."""
        plain, tensors = json.loads(files[FILES[0]]), load(files[FILES[1]])
        pages, kinds = (LinearClassifier.of(name, plain[name], tensors) for name in ("pages", "kinds"))
        return cls(pages, kinds, plain["kind_of"])


def learn_ranker(asked: Sequence[Asked], vectors: np.ndarray, kind_of: Mapping[str, str]) -> Ranker:
    """A ranker from the alternate questions and their unit vectors, row for row."""
    rows = features([each.text for each in asked], vectors)
    pages = fit(rows, [each.page for each in asked], penalty=PENALTY, weights=_fair([each.page for each in asked]))
    kinds = fit(rows, [each.kind for each in asked], penalty=PENALTY)
    return Ranker(pages, kinds, kind_of)


def _fair(pages: Sequence[str]) -> np.ndarray:
    """A weight for each question, 1 on the average."""
    counts = Counter(pages)
    weights = np.array([float(counts[page]) ** FAIRNESS for page in pages])
    return weights / weights.mean()
