"""Does a message go on from the answer before it, and what does it ask for? Learned from `follow-ups.yaml`.

Everything that stands alone (the questions of the pages, the examples of the boundaries) teaches what a
follow-up is not. Which page a follow-up is about is left to the ranker, whose prior this reading is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coach.choices import FollowUp, PassageKind
from coach.search.file_pair import pack, unpack
from coach.search.learning import Messages, fit
from coach.search.linear import LinearClassifier

ALONE = "alone"
PENALTY = 1 / 6
# How many of the messages after an answer are expected to stand alone.
SHARE_ALONE = 0.4
SECTIONS = tuple(follow_up for follow_up in FollowUp if follow_up in set(PassageKind))


@dataclass(frozen=True)
class Reading:
    """How probable it is that a message goes on from the last answer (`goes_on`), and by asking for what."""

    goes_on: float
    wishes: Mapping[FollowUp, float]

    @property
    def wish(self) -> FollowUp:
        """The likeliest thing asked for, if the message goes on."""
        return max(self.wishes, key=self.wishes.__getitem__)

    @property
    def kinds(self) -> dict[str, float]:
        """How probable each kind of section is, if the message goes on and asks for a section."""
        total = sum(self.wishes[section] for section in SECTIONS)
        return {str(section): self.wishes[section] / total for section in SECTIONS} if total else {}


NOTHING_BEFORE = Reading(0.0, dict.fromkeys(FollowUp, 0.0))


class FollowUpReader:
    """A learned classifier over ALONE and the follow-ups."""

    def __init__(self, classifier: LinearClassifier):
        self._classifier = classifier

    def read(self, text: str, vector: np.ndarray) -> Reading:
        """The reading of a message that comes after an answer."""
        found = np.exp(self._classifier.log_probabilities(text, vector)).tolist()
        shares = dict(zip(self._classifier.labels, found, strict=True))
        goes_on = 1.0 - shares[ALONE]
        return Reading(goes_on, {each: shares.get(each, 0.0) / max(goes_on, 1e-9) for each in FollowUp})

    def to_files(self) -> dict[str, bytes]:
        """The reader as files for the published index."""
        plain, tensors = {"labels": self._classifier.labels}, self._classifier.tensors("follow-ups")
        return pack("follow-ups", plain, tensors)

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "FollowUpReader":
        """The reader that `to_files` gave."""
        plain, tensors = unpack("follow-ups", files)
        return cls(LinearClassifier.of("follow-ups", plain["labels"], tensors))


def learn_follow_ups(messages: Messages, labels: Sequence[str]) -> FollowUpReader:
    """A reader from messages that are labelled ALONE or with a follow-up."""
    alone = np.array([label == ALONE for label in labels])
    weights = np.where(alone, SHARE_ALONE / alone.mean(), (1 - SHARE_ALONE) / (1 - alone.mean()))
    return FollowUpReader(fit(messages, labels, penalty=PENALTY, weights=weights))
