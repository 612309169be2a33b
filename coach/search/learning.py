"""Multinomial logistic regression, learned at reindex time: what `LinearClassifier` applies.

The minimum that scikit-learn's LogisticRegression looks for, by L-BFGS (Liu and Nocedal 1989) as there. Nearly all the
time goes into products with the sparse n-grams, which torch's embedding bags compute on all cores.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import NamedTuple

import numpy as np

from coach.search.features import BUCKETS, buckets
from coach.search.fit_memory import current_memory, digest
from coach.search.linear import LinearClassifier

# Where the slope of the loss is nowhere steeper, learning stops; a smaller one mostly fits known messages better.
TOLERANCE = 1e-3
# Few need as many.
MOST_ITERATIONS = 100
# As many steps are remembered as scikit-learn has it.
STEPS_REMEMBERED = 10
# Stands for the code that turns a text into columns: should that change, this has other columns.
PROBE = "How do I sponsor someone? I'm new – and it's my 2nd naïve try!"


class Messages:
    """Texts, each once or more often, and their unit `vectors`, row for row.

    The n-grams of a text are hashed when they are first needed, and no second time for messages picked from these.
    """

    def __init__(self, texts: Sequence[str], vectors: np.ndarray, columns: dict[str, np.ndarray] | None = None):
        self.texts, self.vectors = tuple(texts), vectors
        self._columns = {} if columns is None else columns

    def of(self, texts: Sequence[str]) -> "Messages":
        """Those with these texts, in their order."""
        return Messages(texts, self.vectors[[self._places[text] for text in texts]], self._columns)

    def at(self, rows: np.ndarray) -> "Messages":
        """Those at the rows that are marked."""
        return Messages([self.texts[row] for row in np.flatnonzero(rows)], self.vectors[rows], self._columns)

    def columns(self) -> list[np.ndarray]:
        """The lexical features of each text, as `buckets` gives them."""
        for text in self.texts:
            if text not in self._columns:
                self._columns[text] = buckets(text)
        return [self._columns[text] for text in self.texts]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {text: place for place, text in enumerate(self.texts)}


def fit(
    messages: Messages,
    labels: Sequence[str],
    *,
    penalty: float,
    weights: np.ndarray | None = None,
    tolerance: float = TOLERANCE,
) -> LinearClassifier:
    """The classifier that learns `labels`, one for each message; `penalty` is L2, smaller is freer.

    Within a `remembering` block, the same messages, labels and options are learned once.
    """
    task = _Task(messages, tuple(map(str, labels)), np.ones(len(labels)) if weights is None else weights)
    memory = current_memory()
    if memory is None:
        return _learn(task, penalty, tolerance)
    key = _key(task, penalty, tolerance)
    if arrays := memory.recall(key, "classifier.coefficients", "classifier.intercepts"):
        return LinearClassifier.of("classifier", sorted(set(task.labels)), arrays)
    learned = _learn(task, penalty, tolerance)
    memory.keep(key, learned.tensors("classifier"))
    return learned


class _Task(NamedTuple):
    messages: Messages
    labels: tuple[str, ...]
    weights: np.ndarray


def _key(task: _Task, penalty: float, tolerance: float) -> str:
    """Equal keys, equal classifiers: the examples, how they are learned from, and with which program."""
    settings = f"{version('torch')} {penalty} {tolerance} {MOST_ITERATIONS} {STEPS_REMEMBERED}"
    told = ("\0".join(task.messages.texts), "\0".join(task.labels))
    return digest(settings, *told, task.messages.vectors, task.weights, buckets(PROBE))


def _learn(task: _Task, penalty: float, tolerance: float) -> LinearClassifier:
    import torch

    names, right = np.unique(task.labels, return_inverse=True)
    examples = _Examples(task.messages, right, task.weights / task.weights.sum())
    penalty /= task.weights.sum()
    coefficients = torch.zeros((BUCKETS + task.messages.vectors.shape[1], len(names)))
    intercepts = torch.zeros(len(names))
    solver = torch.optim.LBFGS(
        [coefficients, intercepts],
        max_iter=MOST_ITERATIONS,
        tolerance_grad=tolerance,
        history_size=STEPS_REMEMBERED,
        line_search_fn="strong_wolfe",
    )

    def loss():
        loss, coefficients.grad, intercepts.grad = examples.loss(coefficients, intercepts)
        coefficients.grad += penalty * coefficients
        return loss + penalty / 2 * (coefficients**2).sum()

    with torch.no_grad():
        solver.step(loss)
    return LinearClassifier(tuple(names.tolist()), coefficients.numpy(), intercepts.numpy())


class _Examples:
    """What is learned from, as torch wants it: the n-grams of each message, and the messages of each n-gram."""

    def __init__(self, messages: Messages, right: np.ndarray, weights: np.ndarray):
        import torch
        from scipy.sparse import csr_array

        columns = messages.columns()
        counts = np.array([len(each) for each in columns])
        ends = np.concatenate([[0], np.cumsum(counts)])
        one = np.ones(ends[-1], dtype=np.int8)
        turned = csr_array((one, np.concatenate(columns), ends), shape=(len(columns), BUCKETS)).tocsc()
        as_torch = torch.from_numpy
        self._grams = as_torch(np.concatenate(columns).astype(np.int64)), as_torch(ends.astype(np.int64))
        self._holders = as_torch(turned.indices.astype(np.int64)), as_torch(turned.indptr.astype(np.int64))
        # Each message's n-grams together have length 1.
        self._lengths = as_torch(np.maximum(counts, 1).astype(np.float32)[:, None] ** -0.5)
        self._vectors, self._right = as_torch(messages.vectors), as_torch(right.astype(np.int64))[:, None]
        self._weights = as_torch(weights.astype(np.float32))[:, None]

    def loss(self, coefficients, intercepts):
        """The weighted cross-entropy, and its gradients by `coefficients` and by `intercepts`."""
        import torch

        scores = self._sums(self._grams, coefficients[:BUCKETS]) * self._lengths
        scores += self._vectors @ coefficients[BUCKETS:] + intercepts
        logarithms = torch.log_softmax(scores, dim=1)
        slopes = torch.exp(logarithms).scatter_add_(1, self._right, torch.full(self._right.shape, -1.0)) * self._weights
        by_gram = self._sums(self._holders, slopes * self._lengths)
        gradient = torch.cat([by_gram, self._vectors.T @ slopes])
        return -(logarithms.gather(1, self._right) * self._weights).sum(), gradient, slopes.sum(dim=0)

    @staticmethod
    def _sums(bags, rows):
        """The sum of the `rows` that each of `bags` names."""
        from torch.nn.functional import embedding_bag

        places, ends = bags
        return embedding_bag(places, rows, ends, mode="sum", include_last_offset=True)
