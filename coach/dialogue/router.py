"""Which route does a message take? Learned at reindex time from the labelled examples in `knowledge/`.

A multinomial logistic regression over the sentence embedding and lexical features. Missing somebody in
danger costs far more than offering help once too often, so the two thresholds for escalation are put
where the cost on held-back examples is least.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from coach.choices import AnswerKind
from coach.dialogue.features import BUCKETS, buckets, lexical
from coach.types import Decision

ANSWER = "answer"
# Inverse strength of the L2 penalty; the best of 3, 8 and 30 in cross-validation.
REGULARISATION = 3.0
FOLDS = 4
SEED = 7
# How often each kind is expected. The examples are lopsided: every alternate question is one for ANSWER.
EXPECTED_SHARE = {
    AnswerKind.ANSWER: 0.48,
    AnswerKind.ESCALATE: 0.21,
    AnswerKind.DECLINE: 0.18,
    AnswerKind.CLARIFY: 0.09,
    AnswerKind.SMALLTALK: 0.04,
}
# One missed escalation weighs as much as this many needless ones.
COST_OF_A_MISS = 6.0
# And as much as this many needless offers of help under an ordinary answer.
COST_OF_NO_OFFER = 25.0


class Example(NamedTuple):
    """A labelled message: the route it takes, ANSWER for a question that the pages answer."""

    text: str
    route: str


@dataclass(frozen=True)
class Thresholds:
    """Least probability of an escalation that escalates, and that offers people under another reply."""

    escalate: float
    offer: float


class Router:
    """A learned router; `kinds` gives the kind of reply of each route, in the order of the weights."""

    def __init__(self, kinds: Mapping[str, AnswerKind], tensors: Mapping[str, np.ndarray], thresholds: Thresholds):
        self.kinds = dict(kinds)
        self.thresholds = thresholds
        self._tensors = dict(tensors)

    def decide(self, text: str, vector: np.ndarray) -> Decision:
        """The decision for a message and its unit vector."""
        probabilities = dict(zip(self.kinds, self._probabilities(text, vector), strict=True))
        by_kind = dict.fromkeys(AnswerKind, 0.0)
        for route, probability in probabilities.items():
            by_kind[self.kinds[route]] += float(probability)
        escalation = by_kind[AnswerKind.ESCALATE]
        if escalation >= self.thresholds.escalate:
            kind = AnswerKind.ESCALATE
        else:
            kind = max((each for each in by_kind if each != AnswerKind.ESCALATE), key=by_kind.__getitem__)
        of_kind = [route for route in probabilities if self.kinds[route] == kind]
        return Decision(
            route=max(of_kind, key=probabilities.__getitem__),
            kind=kind,
            probability=by_kind[kind],
            offer_people=kind != AnswerKind.ESCALATE and escalation >= self.thresholds.offer,
        )

    def _probabilities(self, text: str, vector: np.ndarray) -> np.ndarray:
        weights, columns = self._tensors["weights"], buckets(text)
        scores = weights[:, BUCKETS:] @ vector + self._tensors["intercepts"]
        if len(columns):
            scores = scores + weights[:, columns].sum(axis=1) * len(columns) ** -0.5
        return _softmax(scores[None, :])[0]

    def to_files(self) -> dict[str, bytes]:
        """The router as files for the published index."""
        plain = {"kinds": self.kinds, "thresholds": asdict(self.thresholds)}
        return {"router.json": json.dumps(plain).encode(), "router.safetensors": save_tensors(self._tensors)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "Router":
        """The router that `to_files` gave."""
        plain = json.loads(files["router.json"])
        kinds = {route: AnswerKind(kind) for route, kind in plain["kinds"].items()}
        return cls(kinds, load_tensors(files["router.safetensors"]), Thresholds(**plain["thresholds"]))


def learn(examples: Sequence[Example], vectors: np.ndarray, kinds: Mapping[str, AnswerKind]) -> Router:
    """A router from labelled messages and their unit vectors, row for row; every route needs an example."""
    routes = list(kinds)
    labels = np.array([routes.index(example.route) for example in examples])
    features = _features([example.text for example in examples], vectors)
    kind_of = np.array([kinds[example.route] for example in examples])
    shares = {kind: float(np.mean(kind_of == kind)) for kind in set(kind_of)}
    weights = np.array([EXPECTED_SHARE[kind] / shares[kind] for kind in kind_of])
    escalates = [position for position, route in enumerate(routes) if kinds[route] == AnswerKind.ESCALATE]
    held_back = _held_back_probabilities(features, labels, weights, len(routes))[:, escalates].sum(axis=1)
    should = kind_of == AnswerKind.ESCALATE
    thresholds = Thresholds(
        escalate=_cheapest_threshold(held_back, should, weights, cost_of_a_miss=COST_OF_A_MISS),
        offer=_cheapest_threshold(held_back, should, weights, cost_of_a_miss=COST_OF_NO_OFFER),
    )
    coefficients, intercepts = _fit(features, labels, weights, len(routes))
    return Router(kinds, {"weights": coefficients, "intercepts": intercepts}, thresholds)


def _features(texts: Sequence[str], vectors: np.ndarray):
    from scipy.sparse import csr_array, hstack

    return csr_array(hstack([lexical(texts), csr_array(vectors)]))


def _fit(features, labels: np.ndarray, weights: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (count, features) and intercepts (count,) of the classifier."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=REGULARISATION, max_iter=300, tol=1e-3)
    model.fit(features, labels, sample_weight=weights)
    coefficients = np.zeros((count, features.shape[1]), dtype=np.float32)
    # A route that has no example in this fold must not win.
    intercepts = np.full(count, -1e9, dtype=np.float32)
    coefficients[model.classes_], intercepts[model.classes_] = model.coef_, model.intercept_
    return coefficients, intercepts


def _held_back_probabilities(features, labels: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """For each example, (n, count): what a classifier says that was learned without its fold."""
    folds = np.random.default_rng(SEED).permutation(len(labels)) % FOLDS
    probabilities = np.zeros((len(labels), count), dtype=np.float32)
    for fold in range(FOLDS):
        kept, held = folds != fold, folds == fold
        coefficients, intercepts = _fit(features[kept], labels[kept], weights[kept], count)
        probabilities[held] = _softmax(features[held] @ coefficients.T + intercepts)
    return probabilities


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _cheapest_threshold(scores: np.ndarray, should: np.ndarray, weights: np.ndarray, *, cost_of_a_miss: float) -> float:
    """The score from which on saying yes costs least: needless ones cost 1, misses `cost_of_a_miss`."""
    candidates = np.unique(np.round(scores, 3))
    misses = [weights[should & (scores < candidate)].sum() for candidate in candidates]
    needless = [weights[~should & (scores >= candidate)].sum() for candidate in candidates]
    costs = cost_of_a_miss * np.array(misses) + np.array(needless)
    # Never 0: then everything would escalate, whatever it says.
    return max(float(candidates[int(costs.argmin())]), 0.01)
