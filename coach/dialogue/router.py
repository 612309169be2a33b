"""Which route does a message take? Learned at reindex time from the labelled examples in `knowledge/`.

Missing somebody in danger costs far more than offering help once too often, so the thresholds for
escalation are put where the cost on held-back examples is least. Harm that is told in one sentence of a
longer message is heard by reading the parts as well. But a sentence alone often says more than was meant
("he took me under his wing"), so the surest part only adds to what the whole says; danger to life is the exception.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from coach.choices import AnswerKind
from coach.search.file_pair import pack, unpack
from coach.search.learning import Messages, fit
from coach.search.linear import LinearClassifier
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
# How much the surest sentence counts beside the whole message, in log odds; the best of a grid on the `dev` half.
WEIGHT_OF_PARTS = 0.3
# A sentence about danger to life is heard alone when it is surer than all but this share of what is none.
RARE = 0.005
# Of the messages that no page answers, this share has a passage from `near` on, and from `sure` on.
SHARE_NEAR = 0.1
SHARE_SURE = 0.01
SMALLEST = 1e-6
# Fewer messages than these would make thresholds of chance.
ENOUGH = 500
# An escalation this much less probable than the likeliest one is still taken when it is the more urgent.
CLOSE = 0.5


class Example(NamedTuple):
    """A labelled message: the route it takes, ANSWER for a question that the pages answer."""

    text: str
    route: str


@dataclass(frozen=True)
class Thresholds:
    """What decides: probabilities of an escalation, and cosines of the nearest passage.

    `whole` escalates a message, `part` one with a sentence about danger to life, `offer` offers people. A
    passage from `near` on may be offered under a refusal; from `sure` on it is answered with, whatever the
    classifier says.
    """

    whole: float
    part: float
    offer: float
    near: float
    sure: float


class Router:
    """A learned router; `kinds` gives the kind of reply of each route, `urgency` how urgent its escalation is."""

    def __init__(
        self,
        classifier: LinearClassifier,
        kinds: Mapping[str, AnswerKind],
        urgency: Mapping[str, int],
        thresholds: Thresholds,
    ):
        self.thresholds = thresholds
        self._classifier, self._kinds, self._urgency = classifier, dict(kinds), dict(urgency)

    def decide(self, texts: Sequence[str], vectors: np.ndarray) -> Decision:
        """The decision for a message: the first text is the whole of it, the others are its parts."""
        whole, *parts = map(self.probabilities, texts, vectors)
        surest = max([whole, *parts], key=lambda each: self._sum(each, AnswerKind.ESCALATE))
        endangered = [part for part in parts if self._of_danger(part) >= self.thresholds.part]
        if endangered or self._heard(whole, parts):
            return self._escalation(endangered[0] if endangered else surest)
        kinds = [kind for kind in AnswerKind if kind != AnswerKind.ESCALATE]
        kind = max(kinds, key=lambda each: self._sum(whole, each))
        return Decision(
            route=max(self._of(whole, kind), key=whole.__getitem__),
            kind=kind,
            probability=self._sum(whole, kind),
            offer_people=self._sum(whole, AnswerKind.ESCALATE) >= self.thresholds.offer,
        )

    def _heard(self, whole: Mapping[str, float], parts: Sequence[Mapping[str, float]]) -> bool:
        """Whether the whole message and its surest part together speak for an escalation."""
        alone = self._sum(whole, AnswerKind.ESCALATE)
        surest = max((self._sum(part, AnswerKind.ESCALATE) for part in parts), default=alone)
        needed = (1 + WEIGHT_OF_PARTS) * _log_odds(self.thresholds.whole)
        return _log_odds(alone) + WEIGHT_OF_PARTS * _log_odds(surest) >= needed

    def _of_danger(self, probabilities: Mapping[str, float]) -> float:
        return sum(probability for route, probability in probabilities.items() if self.of_danger(route))

    def of_danger(self, route: str) -> bool:
        """Whether it is the most urgent of all routes."""
        return self._urgency.get(route) == max(self._urgency.values())

    def kinds(self, text: str, vector: np.ndarray) -> dict[AnswerKind, float]:
        """How probable each kind of reply is, by the whole message alone."""
        probabilities = self.probabilities(text, vector)
        return {kind: self._sum(probabilities, kind) for kind in AnswerKind}

    def _escalation(self, probabilities: Mapping[str, float]) -> Decision:
        """The likeliest escalation, or one that is nearly as likely and more urgent."""
        routes = self._of(probabilities, AnswerKind.ESCALATE)
        likeliest = max(map(probabilities.__getitem__, routes))
        close = [route for route in routes if probabilities[route] >= CLOSE * likeliest]
        route = max(close, key=lambda each: (self._urgency[each], probabilities[each]))
        return Decision(route, AnswerKind.ESCALATE, self._sum(probabilities, AnswerKind.ESCALATE), offer_people=False)

    def probabilities(self, text: str, vector: np.ndarray) -> dict[str, float]:
        """How probable each route is for one text and its unit vector."""
        logarithms = self._classifier.log_probabilities(text, vector)
        return dict(zip(self._classifier.labels, np.exp(logarithms).tolist(), strict=True))

    def _of(self, probabilities: Mapping[str, float], kind: AnswerKind) -> list[str]:
        return [route for route in probabilities if self._kinds[route] == kind]

    def _sum(self, probabilities: Mapping[str, float], kind: AnswerKind) -> float:
        return sum(probabilities[route] for route in self._of(probabilities, kind))

    def to_files(self) -> dict[str, bytes]:
        """The router as files for the published index."""
        plain = {
            "labels": self._classifier.labels,
            "kinds": self._kinds,
            "urgency": self._urgency,
            "thresholds": asdict(self.thresholds),
        }
        return pack("router", plain, self._classifier.tensors("routes"))

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "Router":
        """The router that `to_files` gave."""
        plain, tensors = unpack("router", files)
        classifier = LinearClassifier.of("routes", plain["labels"], tensors)
        kinds = {route: AnswerKind(kind) for route, kind in plain["kinds"].items()}
        return cls(classifier, kinds, plain["urgency"], Thresholds(**plain["thresholds"]))


def learn_router(
    examples: Sequence[Example],
    known: Messages,
    kinds: Mapping[str, AnswerKind],
    urgency: Mapping[str, int],
    nearest: Callable[[np.ndarray], np.ndarray],
    unknown: np.ndarray,
) -> Router:
    """A router from labelled messages, all of them `known`; `nearest` gives the cosines of vectors' nearest passages.

    `unknown` marks the messages that the embedding model was not trained on: readers' are so too, and the thresholds
    are set on these where there are enough. Every route needs an example.
    """
    messages = known.of([example.text for example in examples])
    routes = np.array([example.route for example in examples])
    kind_of = np.array([kinds[route] for route in routes])
    shares = {kind: float(np.mean(kind_of == kind)) for kind in set(kind_of)}
    weights = np.array([EXPECTED_SHARE[kind] / shares[kind] for kind in kind_of])
    folds = np.random.default_rng(SEED).permutation(len(routes)) % FOLDS
    tried = [unknown] if unknown.sum() >= ENOUGH else [folds == fold for fold in range(FOLDS)]
    held_back = _held_back_escalation(messages, routes, weights, kinds, tried)
    shown = ~np.isnan(held_back)
    unanswered = shown & np.isin(kind_of, [AnswerKind.DECLINE, AnswerKind.CLARIFY])
    cosines = nearest(messages.vectors[unanswered])
    thresholds = _thresholds(held_back[shown], kind_of[shown] == AnswerKind.ESCALATE, weights[shown], cosines)
    return Router(fit(messages, routes, penalty=PENALTY, weights=weights), kinds, urgency, thresholds)


def _thresholds(held_back: np.ndarray, should: np.ndarray, weights: np.ndarray, unanswered: np.ndarray) -> Thresholds:
    """Where the costs are least: from messages that `should` escalate or not, with the `held_back` probability of it,
    and from the nearest passages' cosines of those that no page answers."""
    whole = _cheapest_threshold(held_back, should, weights, cost_of_a_miss=COST_OF_A_MISS)
    return Thresholds(
        whole=whole,
        part=max(whole, float(np.quantile(held_back[~should], 1 - RARE))),
        offer=_cheapest_threshold(held_back, should, weights, cost_of_a_miss=COST_OF_NO_OFFER),
        near=float(np.quantile(unanswered, 1 - SHARE_NEAR)),
        sure=float(np.quantile(unanswered, 1 - SHARE_SURE)),
    )


def _held_back_escalation(
    messages: Messages, routes: np.ndarray, weights: np.ndarray, kinds, tried: Sequence[np.ndarray]
) -> np.ndarray:
    """For each example, the probability of an escalation by a classifier that was learned without it.

    Each of `tried` marks examples that are held back together; NaN where an example is in none.
    """
    escalation = np.full(len(routes), np.nan)
    for held in tried:
        shown = messages.at(~held)
        model = fit(shown, routes[~held], penalty=PENALTY, weights=weights[~held])
        columns = [column for column, route in enumerate(model.labels) if kinds[route] == AnswerKind.ESCALATE]
        unseen = messages.at(held)
        logarithms = map(model.log_probabilities_of, unseen.columns(), unseen.vectors)
        escalation[held] = [np.exp(each[columns]).sum() for each in logarithms]
    return escalation


def _log_odds(probability: float) -> float:
    return math.log((probability + SMALLEST) / (1 - probability + SMALLEST))


def _cheapest_threshold(scores: np.ndarray, should: np.ndarray, weights: np.ndarray, *, cost_of_a_miss: float) -> float:
    """The score from which on saying yes costs least: needless ones cost 1, misses `cost_of_a_miss`."""
    candidates = np.unique(np.round(scores, 3))
    misses = [weights[should & (scores < candidate)].sum() for candidate in candidates]
    needless = [weights[~should & (scores >= candidate)].sum() for candidate in candidates]
    costs = cost_of_a_miss * np.array(misses) + np.array(needless)
    # Never 0: then everything would escalate, whatever it says.
    return max(float(candidates[int(costs.argmin())]), 0.01)
