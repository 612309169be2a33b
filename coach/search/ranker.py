"""The order of what was found: nearness, and what the alternate questions teach about pages and kinds of section.

A single near question can mislead. So each passage is scored by its best cosine, by how probable its page
is for this message, and by how probable its kind is ("which words" asks for another section than "does it
work"). The sum is a product of experts; its weights are the best of a grid on the `dev` questions.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from coach.search.features import buckets
from coach.search.file_pair import pack, unpack
from coach.search.learning import Messages, fit
from coach.search.linear import LinearClassifier

PENALTY = 1 / 6
# Pages and kinds of section gain from learning on where the routes lose: found on the `dev` questions and dialogues.
TOLERANCE = 3e-4
# A page with many questions must not outshout one with few: each weighs by this power of their number.
FAIRNESS = -0.5
WEIGHT_OF_KIND = 0.5
WEIGHT_OF_COSINE = 5.0
SMALLEST = 1e-12


class Asked(NamedTuple):
    """A question, and the page and the kind of section that it asks for."""

    text: str
    page: str
    kind: str


@dataclass(frozen=True)
class Prior:
    """What a conversation says before its next message is read.

    `pages` holds the probabilities of the pages that it may go on with; what they leave over is for all
    others alike. `bare` is how probable it is that the message itself says nothing about its page ("why?").
    `kinds` holds the probabilities of the kinds of section that such a message asks for.
    """

    pages: Mapping[str, float] = field(default_factory=dict)
    bare: float = 0.0
    kinds: Mapping[str, float] = field(default_factory=dict)


NO_PRIOR = Prior()


class Ranker:
    """Scores passages; `kind_of` gives the kind of each, in the order of all scores."""

    def __init__(self, pages: LinearClassifier, kinds: LinearClassifier, kind_of: Mapping[str, str]):
        self._pages, self._kinds, self._kind_of = pages, kinds, dict(kind_of)
        self.passages = tuple(kind_of)
        page_columns = {page: column for column, page in enumerate(pages.labels)}
        kind_columns = {kind: column for column, kind in enumerate(kinds.labels)}
        self._page_column = np.array([page_columns[passage.partition("#")[0]] for passage in self.passages])
        self._kind_column = np.array([kind_columns[kind] for kind in kind_of.values()])

    def scores(self, text: str, vector: np.ndarray, cosines: np.ndarray, prior: Prior = NO_PRIOR) -> np.ndarray:
        """A score for each of `passages`, higher is better; `cosines` holds the best of each, in their order."""
        columns = buckets(text)
        pages = self._pages.log_probabilities_of(columns, vector)
        kinds = self._kinds.log_probabilities_of(columns, vector)
        if prior.pages:
            pages = _posterior(pages, _expected(self._pages.labels, prior.pages), prior.bare)
        if prior.kinds:
            expected = _expected(self._kinds.labels, prior.kinds)
            kinds = np.log((1 - prior.bare) * np.exp(kinds) + prior.bare * expected)
        learned = pages[self._page_column] + WEIGHT_OF_KIND * kinds[self._kind_column]
        return learned + WEIGHT_OF_COSINE * cosines

    def to_files(self) -> dict[str, bytes]:
        """The ranker as files for the published index."""
        plain = {"pages": self._pages.labels, "kinds": self._kinds.labels, "kind_of": self._kind_of}
        tensors = self._pages.tensors("pages") | self._kinds.tensors("kinds")
        return pack("ranker", plain, tensors)

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "Ranker":
        """The ranker that `to_files` gave."""
        plain, tensors = unpack("ranker", files)
        pages, kinds = (LinearClassifier.of(name, plain[name], tensors) for name in ("pages", "kinds"))
        return cls(pages, kinds, plain["kind_of"])


def learn_ranker(asked: Sequence[Asked], known: Messages, kind_of: Mapping[str, str]) -> Ranker:
    """A ranker from the alternate questions, all of which are among the `known` messages."""
    messages, pages = known.of([each.text for each in asked]), [each.page for each in asked]
    by_page = fit(messages, pages, penalty=PENALTY, weights=_fair(pages), tolerance=TOLERANCE)
    by_kind = fit(messages, [each.kind for each in asked], penalty=PENALTY, tolerance=TOLERANCE)
    return Ranker(by_page, by_kind, kind_of)


def _expected(labels: Sequence[str], shares: Mapping[str, float]) -> np.ndarray:
    """A probability for each label; those without a share have what is left over, alike."""
    left_over = max(0.0, 1.0 - sum(shares.values())) / max(1, len(labels) - len(shares))
    return np.array([shares.get(label, left_over) for label in labels]) + SMALLEST


def _posterior(pages: np.ndarray, expected: np.ndarray, bare: float) -> np.ndarray:
    """Logarithms of the pages' probabilities by Bayes' rule, from those of the message alone and the expected ones."""
    # A bare message is as likely on any page; another speaks for its page as much as it exceeds the average.
    likelihood = (1 - bare) * np.exp(pages) * len(pages) + bare
    return np.log(expected * likelihood + SMALLEST)


def _fair(pages: Sequence[str]) -> np.ndarray:
    """A weight for each question, 1 on the average."""
    counts = Counter(pages)
    weights = np.array([float(counts[page]) ** FAIRNESS for page in pages])
    return weights / weights.mean()
