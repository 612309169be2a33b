"""The fields of the coaching tools' files, as pydantic models."""

from typing import Annotated

from pydantic import Field

from coach.choices import ContactKind, Role
from coach.content.models import Fields, Slug, Text, Titled

PassageId = Annotated[str, Field(pattern=r"^[a-z0-9-]+#[a-z0-9-]+$")]


class _ReasonFields(Fields):
    weight: Annotated[int, Field(ge=-20, le=20)]
    why: Text


class _OpeningFields(Fields):
    heading: Text
    says: Text
    step: PassageId
    then: Titled


class AnswerFields(Fields):
    """One answer of the role finder."""

    says: Text
    roles: dict[Role, _ReasonFields] = Field(default_factory=dict)
    opening: _OpeningFields | None = None
    section: Slug | None = None


class _QuestionFields(Fields):
    asks: Text
    answers: Annotated[dict[Slug, AnswerFields], Field(min_length=2, max_length=4)]


class RoleFinderFile(Fields):
    """The whole of `tools/role-finder.yaml`."""

    decides: Slug
    role_heading: Titled
    step_heading: Text
    questions: Annotated[dict[Slug, _QuestionFields], Field(min_length=1)]


class _OutcomeFields(Fields):
    label: Text
    heading: Text
    says: Text
    shows: PassageId
    then: list[PassageId]
    contacts: list[ContactKind] = Field(default_factory=list)


class NextStepFile(Fields):
    """The whole of `tools/next-step.yaml`."""

    opens: PassageId
    outcomes: Annotated[dict[Slug, _OutcomeFields], Field(min_length=2, max_length=4)]
