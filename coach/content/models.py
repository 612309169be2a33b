"""The fields of each kind of file, as pydantic models, and how their errors are told to a writer."""

import re
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

from coach.choices import AnswerKind, ContactKind, Evidence, FollowUp, Intent, Level, Role
from coach.content.located import Located, read_yaml
from coach.errors import ContentFaults, Fault

M = TypeVar("M", bound=BaseModel)
# How Python shows a choice, of which a writer needs the value only.
ENUM = re.compile(r"<\w+\.\w+: ('[^']*')>")
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Texts = Annotated[list[Text], Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Titled = Annotated[str, Field(pattern=r"\{title\}")]
# CSL dates may be a year, a year and month, or a day; YAML reads them as numbers, text or dates.
Issued = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int | date) else value),
    WithJsonSchema({"type": ["string", "integer"]}),
]
# How a page is named.
PAGE_ID = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
Group = Literal["foundations", "roles", "distinctions", "situations", "differences", "organisation", "boundaries"]
GROUPS = get_args(Group)


class Fields(BaseModel):
    """What all files hold to: no field that is not known, and no value in an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class PageFields(Fields):
    """The front matter of a page."""

    title: Text
    group: Group
    roles: list[Role]
    level: Level
    summary: Text
    related: list[Slug]
    reviewed: date
    intent: Literal[Intent.CHOOSE_ROLE, Intent.PLAN, Intent.GET_HELP] | None = None
    acts_for_another: bool = False
    questions: dict[Slug, Texts]


class BoundaryFields(Fields):
    """The front matter of a page in `boundaries/`."""

    title: Text
    group: Literal["boundaries"]
    roles: list[Role]
    level: Level
    summary: Text
    related: list[Slug]
    reviewed: date
    route: Slug
    reply: Literal[AnswerKind.CLARIFY, AnswerKind.ESCALATE, AnswerKind.DECLINE, AnswerKind.SMALLTALK]
    contacts: list[ContactKind]
    examples: Texts
    lookalikes: dict[Slug, list[Text]]
    urgency: Annotated[int, Field(ge=0, le=9)] = 0


class _Author(Fields):
    literal: str = ""
    family: str = ""
    given: str = ""

    @property
    def name(self) -> str:
        return self.literal or f"{self.given} {self.family}".strip()


class _FactFields(Fields):
    about: list[Text]
    says: Text
    recheck: date | None = None


class SourceFields(Fields):
    """A file in `sources/`: CSL fields, and evidence, authority and facts."""

    id: Slug
    type: Text
    title: Text
    author: list[_Author] = []
    publisher: str = ""
    issued: Issued = ""
    URL: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    accessed: Issued = ""
    evidence: Evidence
    authority: Text
    facts: dict[Annotated[str, Field(pattern=r"^f[0-9]+$")], _FactFields]

    @property
    def author_line(self) -> str:
        """All authors on one line."""
        return ", ".join(author.name for author in self.author)


class ContactFields(Fields):
    """One entry of `contacts.yaml`."""

    id: Slug
    kind: ContactKind
    name: Text
    says: Text
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ]*$|^$")] = ""
    url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    source: str
    owner: Text
    reviewed: date
    expires: date


class ContactsFile(Fields):
    """The whole of `contacts.yaml`."""

    contacts: list[ContactFields]


class FollowUpsFile(Fields):
    """The whole of `follow-ups.yaml`."""

    follow_ups: Annotated[dict[FollowUp, Texts], Field(min_length=1)]
    new_subject: list[Text] = []


class ExcerptFields(Fields):
    """Some statements of a passage, by their labels, under a heading of their own."""

    heading: Text
    passage: Text
    labels: Texts


class SmallWordsFile(Fields):
    """The whole of `small-words.yaml`."""

    suggestions: dict[Intent, Text]
    page_question: Titled
    starters: list[Text]
    next_step: Text
    ask_first: ExcerptFields
    doors: ExcerptFields
    places: dict[Literal[FollowUp.MANAGER, FollowUp.JUNIOR], Text]


class _GoldenFields(Fields):
    asks: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
    wants: Texts


class GoldenFile(Fields):
    """The whole of `golden-questions.yaml`."""

    golden_questions: list[_GoldenFields]


def read(model: type[M], text: str, *, name: str) -> tuple[M, Located]:
    """A whole file of YAML as a `model`, and where each of its values stands; raises ContentFaults."""
    located = read_yaml(text, name=name)
    return fill(model, located, name=name), located


def fill(model: type[M], located: Located, *, name: str) -> M:
    """`located` as a `model`; raises ContentFaults that name every field at fault and its place."""
    try:
        return model.model_validate(located.value)
    except ValidationError as error:
        # One wrong key is reported by pydantic under "[key]" paths, which stand nowhere in the file.
        faults = [_tell(detail, model, located, name) for detail in error.errors(include_url=False)]
        raise ContentFaults(faults) from None


def _tell(detail: ErrorDetails, model: type[BaseModel], located: Located, name: str) -> Fault:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    field = ".".join(str(part) for part in path)
    return Fault(name, *located.place(path), _message(detail["type"], field, detail, _holder(model, path)))


def _holder(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that the last part of `path` is, or should be, a field of."""
    for part in path[:-1]:
        inside = get_args(model.model_fields[part].annotation) if part in model.model_fields else ()
        model = next((kind for kind in inside if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return model


def _message(type_: str, field: str, detail: dict[str, Any], model: type[BaseModel]) -> str:
    if type_ == "missing":
        return f"missing field '{field}'; add it (see the writers' guide, knowledge/README.md)"
    if type_ == "extra_forbidden":
        near = get_close_matches(field.rpartition(".")[2], model.model_fields, n=1)
        return f"unknown field '{field}'; " + (f"did you mean '{near[0]}'?" if near else "remove it")
    if type_ in ("model_type", "model_attributes_type"):
        return "no fields found; write `name: value` lines"
    told = ENUM.sub(r"\1", detail["msg"])
    return f"field '{field}': {told[0].lower()}{told[1:]}; mend the value"
