"""Every fault that a caller can act on: what went wrong, where, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class CoachError(Exception):
    """The base of all of them; its text may be shown to a person."""


class SettingError(CoachError):
    """A setting is unknown or has a value that cannot be used."""


class EncoderError(CoachError):
    """The embedding model cannot be loaded."""


class ExportImpossible(CoachError):
    """The embedding model cannot be exported for serving; sentence-transformers serves it, more slowly."""


class IndexUnavailable(CoachError):
    """There is no index that this process can serve."""


class IndexMissing(IndexUnavailable):
    """No index has been published yet."""


class IndexDamaged(IndexUnavailable):
    """A published index is incomplete, altered, or of a format this code does not read."""


class IndexOfAnotherModel(IndexUnavailable):
    """The index was built with another embedding model than the settings name."""


class ReindexRunning(CoachError):
    """Another reindex holds the lock."""


class QualityFell(CoachError):
    """A new index answers the golden questions worse than the one that is served."""


class MessageRefused(CoachError):
    """A message is empty, too long, or no text."""


class StateRefused(CoachError):
    """A conversation token is forged, foreign, damaged or too old."""


class InboxUnavailable(CoachError):
    """What was sent to the editors could not be kept."""


class AnswersRefused(CoachError):
    """Questions of the role finder have no answer; `missing` are their ids."""

    def __init__(self, missing: Sequence[str]):
        self.missing = tuple(missing)
        super().__init__(f"no answer yet to: {', '.join(self.missing)}; pick one for each question")


class PlanRefused(CoachError):
    """A next step cannot be kept as it is; `problems` says why, field by field."""

    def __init__(self, problems: Mapping[str, str], *, initials: str = ""):
        self.problems, self.initials = dict(problems), initials
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in self.problems.items()))


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a content file; line and column count from 1."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


@dataclass(frozen=True, order=True)
class Remark(Fault):
    """Something a writer should look at, which stops nothing; `rule` groups those of one kind."""

    rule: str


class ContentFaults(CoachError):
    """All that is wrong with the knowledge base, collected over every file."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))
