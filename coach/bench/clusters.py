"""What readers sent, in groups that mean nearly the same; a group of too few is never shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from coach.inbox import Letter
from coach.search.encoder import Encoder

# From this cosine between groups on, they are one: paraphrases are at 0.6 to 0.9, other questions on one subject at
# 0.3 to 0.6.
ALIKE = 0.6


@dataclass(frozen=True)
class Cluster:
    """Letters that mean nearly the same, the most typical first."""

    letters: tuple[Letter, ...]

    @property
    def name(self) -> str:
        """What a maintainer calls it by; another letter in it makes it another group, which nobody has read yet."""
        ids = " ".join(str(number) for number in sorted(letter.id for letter in self.letters))
        return sha256(ids.encode()).hexdigest()[:6]


def clusters(letters: Sequence[Letter], encoder: Encoder, *, k: int) -> list[Cluster]:
    """Groups of at least `k` different texts, the largest first.

    Average-linkage clustering (scipy) over cosines. The same text sent often counts once: one person can send it
    many times, so it hides nobody.
    """
    if _different(letters) < max(k, 2):
        return []
    vectors = encoder.encode([letter.text for letter in letters])
    groups = [([letters[row] for row in rows], vectors[rows]) for rows in _grouped(vectors)]
    enough = [group for group in groups if _different(group[0]) >= k]
    return [Cluster(_typical_first(*group)) for group in sorted(enough, key=lambda group: -len(group[0]))]


def _different(letters: Sequence[Letter]) -> int:
    return len({" ".join(letter.text.casefold().split()) for letter in letters})


def _grouped(vectors: np.ndarray) -> list[list[int]]:
    from scipy.cluster.hierarchy import fcluster, linkage

    labels = fcluster(linkage(vectors, method="average", metric="cosine"), 1 - ALIKE, criterion="distance")
    return [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]


def _typical_first(letters: list[Letter], vectors: np.ndarray) -> tuple[Letter, ...]:
    nearness = vectors @ vectors.mean(axis=0)
    return tuple(letters[row] for row in np.argsort(-nearness, kind="stable"))
