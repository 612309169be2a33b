"""A linear classifier over the embedding and lexical features, applied with numpy alone; `learning` makes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coach.search.features import BUCKETS, buckets


@dataclass(frozen=True)
class LinearClassifier:
    """Multinomial logistic regression: `coefficients` (BUCKETS + dimensions, labels), `intercepts` (labels,)."""

    labels: tuple[str, ...]
    coefficients: np.ndarray
    intercepts: np.ndarray

    def log_probabilities(self, text: str, vector: np.ndarray) -> np.ndarray:
        """One for each label, for a message and its unit vector."""
        return self.log_probabilities_of(buckets(text), vector)

    def log_probabilities_of(self, columns: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """The same for a message whose `buckets` are known: hashing them takes as long as all else here."""
        scores = vector @ self.coefficients[BUCKETS:] + self.intercepts
        if len(columns):
            scores += self.coefficients[columns].sum(axis=0) * len(columns) ** -0.5
        return log_softmax(scores[None, :])[0]

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """The arrays to store, under that name."""
        return {f"{name}.coefficients": self.coefficients, f"{name}.intercepts": self.intercepts}

    @classmethod
    def of(cls, name: str, labels: Sequence[str], tensors: Mapping[str, np.ndarray]) -> "LinearClassifier":
        """The classifier whose arrays `tensors` gave."""
        return cls(tuple(labels), tensors[f"{name}.coefficients"], tensors[f"{name}.intercepts"])


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Logarithms of probabilities from scores (n, labels), row by row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
