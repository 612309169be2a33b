"""A linear classifier over the embedding and lexical features: learned with scikit-learn, applied without it."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from coach.search.features import BUCKETS, buckets, lexical
from coach.search.fit_memory import current_memory, digest

TOLERANCE = 1e-3
# More of them fit the messages better that are known, and no others: on the `dev` questions 100 found what 50 do.
MOST_ITERATIONS = 60


@dataclass(frozen=True)
class LinearClassifier:
    """Multinomial logistic regression: `coefficients` (labels, BUCKETS + dimensions), `intercepts` (labels,)."""

    labels: tuple[str, ...]
    coefficients: np.ndarray
    intercepts: np.ndarray

    def log_probabilities(self, text: str, vector: np.ndarray) -> np.ndarray:
        """One for each label, for a message and its unit vector."""
        return self.log_probabilities_of(buckets(text), vector)

    def log_probabilities_of(self, columns: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """The same for a message whose `buckets` are known: hashing them takes as long as all else here."""
        scores = self.coefficients[:, BUCKETS:] @ vector + self.intercepts
        if len(columns):
            scores = scores + self.coefficients[:, columns].sum(axis=1) * len(columns) ** -0.5
        return log_softmax(scores[None, :])[0]

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """The arrays to store, under that name."""
        return {f"{name}.coefficients": self.coefficients, f"{name}.intercepts": self.intercepts}

    @classmethod
    def of(cls, name: str, labels: Sequence[str], tensors: Mapping[str, np.ndarray]) -> "LinearClassifier":
        """The classifier whose arrays `tensors` gave."""
        return cls(tuple(labels), tensors[f"{name}.coefficients"], tensors[f"{name}.intercepts"])


def features(texts: Sequence[str], vectors: np.ndarray):
    """What a classifier looks at: a sparse array (texts, BUCKETS + dimensions)."""
    from scipy.sparse import csr_array, hstack

    return csr_array(hstack([lexical(texts), csr_array(vectors)]))


def fit(rows, labels: Sequence[str], *, penalty: float, weights: np.ndarray | None = None) -> LinearClassifier:
    """The classifier that learns `labels`, one for each row of `features`; `penalty` is L2, smaller is freer.

    Within a `remembering` block, the same rows, labels and penalty are learned once.
    """
    memory = current_memory()
    if memory is None:
        return _learn(rows, labels, penalty=penalty, weights=weights)
    key = _key(rows, labels, penalty=penalty, weights=weights)
    if arrays := memory.recall(key):
        return LinearClassifier.of("classifier", sorted(set(map(str, labels))), arrays)
    learned = _learn(rows, labels, penalty=penalty, weights=weights)
    memory.keep(key, learned.tensors("classifier"))
    return learned


def _key(rows, labels: Sequence[str], *, penalty: float, weights: np.ndarray | None) -> str:
    """Equal keys, equal classifiers: the examples, how they are learned from, and with which program."""
    settings = f"{version('scikit-learn')} {penalty} {TOLERANCE} {MOST_ITERATIONS} {rows.shape}"
    weighed = np.array([]) if weights is None else weights
    return digest(settings, "\0".join(map(str, labels)), rows.data, rows.indices, rows.indptr, weighed)


def _learn(rows, labels: Sequence[str], *, penalty: float, weights: np.ndarray | None) -> LinearClassifier:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / penalty, max_iter=MOST_ITERATIONS, tol=TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, labels, sample_weight=weights)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        # scikit-learn keeps one row where two mirror each other.
        coefficients, intercepts = (np.concatenate([-half, half]) for half in (coefficients / 2, intercepts / 2))
    # Row by row in memory, as the file format stores arrays; scikit-learn may give them column by column.
    as_stored = (np.ascontiguousarray(array, dtype=np.float32) for array in (coefficients, intercepts))
    return LinearClassifier(tuple(map(str, model.classes_)), *as_stored)


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Logarithms of probabilities from scores (n, labels), row by row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
