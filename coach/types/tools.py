"""What the knowledge base holds for the coaching tools: questions to pick answers from, and what each pick says."""

from dataclasses import dataclass

from coach.choices import ContactKind, Role
from coach.types.statements import Statement


@dataclass(frozen=True)
class Reason:
    """How far an answer speaks for a role, or against it (below 0), and why in words."""

    weight: int
    why: tuple[Statement, ...]


@dataclass(frozen=True)
class Opening:
    """What comes before any role: `step` is the passage of the first step, `then` heads the roles below."""

    heading: str
    says: tuple[Statement, ...]
    step: str
    then: str


@dataclass(frozen=True)
class FinderAnswer:
    """An answer of the role finder; `section` is the part of a role's page that its first step comes from."""

    says: str
    reasons: dict[Role, Reason]
    opening: Opening | None = None
    section: str = ""


@dataclass(frozen=True)
class FinderQuestion:
    """A question of the role finder and its answers by their ids."""

    asks: str
    answers: dict[str, FinderAnswer]


@dataclass(frozen=True)
class RoleFinder:
    """From `tools/role-finder.yaml`; `decides` is the id of the question whose answer names the first role."""

    decides: str
    role_heading: str
    step_heading: str
    questions: dict[str, FinderQuestion]


@dataclass(frozen=True)
class Outcome:
    """How a plan may have gone: what is said then, the passage that is shown, and passages to go on with."""

    label: str
    heading: str
    says: tuple[Statement, ...]
    shows: str
    then: tuple[str, ...]
    contacts: tuple[ContactKind, ...]


@dataclass(frozen=True)
class NextStep:
    """From `tools/next-step.yaml`; `opens` is the passage that explains what a plan is."""

    opens: str
    outcomes: dict[str, Outcome]
