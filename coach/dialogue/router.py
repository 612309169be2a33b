"""Which route does a message take? Learned at reindex time from the labelled examples in `knowledge/`.

Missing somebody in danger costs far more than offering help once too often, so the two thresholds for
escalation are put where the cost on held-back examples is least.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
from safetensors.numpy import load, save

from coach.choices import AnswerKind
from coach.search.linear import LinearClassifier, features, fit, log_softmax
from coach.types import Decision

ANSWER = "answer"
# The best of 1/3, 1/8 and 1/30 in cross-validation.
PENALTY = 1 / 3
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
COST_OF_A_MISS = 4.0
# And as much as this many needless offers of help under an ordinary answer.
COST_OF_NO_OFFER = 12.0
FILES = ("router.json", "router.safetensors")


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
    """A learned router; `kinds` gives the kind of reply of each route."""

    def __init__(self, classifier: LinearClassifier, kinds: Mapping[str, AnswerKind], thresholds: Thresholds):
        self.thresholds = thresholds
        self._classifier, self._kinds = classifier, dict(kinds)

    def decide(self, text: str, vector: np.ndarray) -> Decision:
        """The decision for a message and its unit vector."""
        logarithms = self._classifier.log_probabilities(text, vector)
        probabilities = dict(zip(self._classifier.labels, np.exp(logarithms).tolist(), strict=True))
        by_kind = dict.fromkeys(AnswerKind, 0.0)
        for route, probability in probabilities.items():
            by_kind[self._kinds[route]] += probability
        escalation = by_kind[AnswerKind.ESCALATE]
        if escalation >= self.thresholds.escalate:
            kind = AnswerKind.ESCALATE
        else:
            kind = max((each for each in by_kind if each != AnswerKind.ESCALATE), key=by_kind.__getitem__)
        of_kind = [route for route in probabilities if self._kinds[route] == kind]
        return Decision(
            route=max(of_kind, key=probabilities.__getitem__),
            kind=kind,
            probability=by_kind[kind],
            offer_people=kind != AnswerKind.ESCALATE and escalation >= self.thresholds.offer,
        )

    def to_files(self) -> dict[str, bytes]:
        """The router as files for the published index."""
        plain = {"labels": self._classifier.labels, "kinds": self._kinds, "thresholds": asdict(self.thresholds)}
        return dict(zip(FILES, (json.dumps(plain).encode(), save(self._classifier.tensors("routes"))), strict=True))

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "Router":
        """The router that `to_files` gave."""
        plain = json.loads(files[FILES[0]])
        classifier = LinearClassifier.of("routes", plain["labels"], load(files[FILES[1]]))
        kinds = {route: AnswerKind(kind) for route, kind in plain["kinds"].items()}
        return cls(classifier, kinds, Thresholds(**plain["thresholds"]))


def learn_router(examples: Sequence[Example], vectors: np.ndarray, kinds: Mapping[str, AnswerKind]) -> Router:
    """A router from labelled messages and their unit vectors, row for row; every route needs an example."""
    rows = features([example.text for example in examples], vectors)
    routes = np.array([example.route for example in examples])
    kind_of = np.array([kinds[route] for route in routes])
    shares = {kind: float(np.mean(kind_of == kind)) for kind in set(kind_of)}
    weights = np.array([EXPECTED_SHARE[kind] / shares[kind] for kind in kind_of])
    held_back = _held_back_escalation(rows, routes, weights, kinds)
    should = kind_of == AnswerKind.ESCALATE
    thresholds = Thresholds(
        escalate=_cheapest_threshold(held_back, should, weights, cost_of_a_miss=COST_OF_A_MISS),
        offer=_cheapest_threshold(held_back, should, weights, cost_of_a_miss=COST_OF_NO_OFFER),
    )
    return Router(fit(rows, routes, penalty=PENALTY, weights=weights), kinds, thresholds)


def _held_back_escalation(rows, routes: np.ndarray, weights: np.ndarray, kinds: Mapping[str, AnswerKind]):
    """For each example, the probability of an escalation by a classifier that was learned without its fold."""
    folds = np.random.default_rng(SEED).permutation(len(routes)) % FOLDS
    escalation = np.zeros(len(routes))
    for fold in range(FOLDS):
        kept, held = folds != fold, np.flatnonzero(folds == fold)
        model = fit(rows[kept], routes[kept], penalty=PENALTY, weights=weights[kept])
        probabilities = np.exp(log_softmax(rows[held] @ model.coefficients.T + model.intercepts))
        columns = [column for column, route in enumerate(model.labels) if kinds[route] == AnswerKind.ESCALATE]
        escalation[held] = probabilities[:, columns].sum(axis=1)
    return escalation


def _cheapest_threshold(scores: np.ndarray, should: np.ndarray, weights: np.ndarray, *, cost_of_a_miss: float) -> float:
    """The score from which on saying yes costs least: needless ones cost 1, misses `cost_of_a_miss`."""
    candidates = np.unique(np.round(scores, 3))
    misses = [weights[should & (scores < candidate)].sum() for candidate in candidates]
    needless = [weights[~should & (scores >= candidate)].sum() for candidate in candidates]
    costs = cost_of_a_miss * np.array(misses) + np.array(needless)
    # Never 0: then everything would escalate, whatever it says.
    return max(float(candidates[int(costs.argmin())]), 0.01)
