"""The JSON API: the chat, the tools, and what an operator's probes ask for."""

from dataclasses import asdict, replace
from typing import TypeVar

from flask import Blueprint, Response, current_app, json, jsonify, request, url_for
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from coach.errors import CoachError, MessageRefused
from coach.rendering import to_json
from coach.tools.commitment import read_plan
from coach.tools.exports import to_calendar, to_markdown
from coach.tools.role_finder import find_role
from coach.web import problems
from coach.web.current import serving
from coach.web.desk import gone_on, people_for, token
from coach.web.metrics import count_turn
from coach.web.openapi import document

M = TypeVar("M", bound=BaseModel)
blueprint = Blueprint("api", __name__)


class ChatRequest(BaseModel):
    """The body of POST /api/chat."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    message: str
    state: str | None = None


class RoleFinderRequest(BaseModel):
    """The body of POST /api/role-finder: an answer's id for each question's id."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    answers: dict[str, str]
    state: str | None = None


class NextStepRequest(BaseModel):
    """The body of POST /api/next-step."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    when: str
    will: str
    whom: str = ""
    check_back: str
    passage: str = ""
    state: str | None = None


@blueprint.post("/api/chat")
def chat() -> Response:
    """One turn of a conversation."""
    asked = _body(ChatRequest)
    signer = current_app.extensions["state_signer"]
    before = signer.load(asked.state)
    answer, turns = serving().reply(asked.message, before.turns)
    count_turn(answer.kind)
    return jsonify(to_json(answer, state=signer.dump(replace(before, turns=turns)), version=serving().version))


@blueprint.get("/api/role-finder")
def role_finder_questions() -> Response:
    """The questions of the role finder, and the answers that can be picked."""
    finder = serving().coach.knowledge.role_finder
    questions = [
        {
            "id": question_id,
            "asks": question.asks,
            "answers": [{"id": answer_id, "says": answer.says} for answer_id, answer in question.answers.items()],
        }
        for question_id, question in finder.questions.items()
    ]
    return jsonify(questions=questions)


@blueprint.post("/api/role-finder")
def role_finder() -> Response:
    """One or two roles for the answers given, in the form of any other answer."""
    asked = _body(RoleFinderRequest)
    before = current_app.extensions["state_signer"].load(asked.state)
    answer = find_role(serving().coach.knowledge, asked.answers)
    return jsonify(to_json(answer, state=token(gone_on(before, answer)), version=serving().version))


@blueprint.post("/api/next-step")
def next_step() -> Response:
    """A plan, checked, with the forms to take it away in and the state that carries it on."""
    asked = _body(NextStepRequest)
    before = current_app.extensions["state_signer"].load(asked.state)
    fields = asked.model_dump(exclude={"state"})
    if not serving().coach.knowledge.passage(asked.passage):
        fields["passage"] = ""
    plan = read_plan(fields, today=current_app.extensions["today"]())
    people = people_for(plan)
    after = gone_on(before, people) if people else before
    link, state = url_for("next_step.came_back", _external=True), token(replace(after, plan=plan))
    return jsonify(
        plan=asdict(plan) | {"check_back": plan.check_back.isoformat()},
        markdown=to_markdown(plan, link=link),
        calendar=to_calendar(plan, link=link).decode(),
        reply=to_json(people, state=state, version=serving().version) if people else None,
        state=state,
    )


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> Response:
    """An index is loaded; says which, and what is wrong with a newer one that could not be."""
    live = current_app.extensions["live_coach"]
    try:
        version = live.current().version
    except CoachError as error:
        status, type_ = problems.status_and_type(error)
        return problems.problem(status, type_, "No index is loaded", str(error))
    ready = {"status": "ready", "index": version}
    return jsonify(ready | {"trouble": live.trouble} if live.trouble else ready)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """This API, described in OpenAPI 3.1."""
    return jsonify(document())


def _body(model: type[M]) -> M:
    if not request.is_json:
        raise UnsupportedMediaType("Send the body with `Content-Type: application/json`.")
    try:
        fields = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON, or is nested too deeply.") from None
    if not isinstance(fields, dict):
        raise BadRequest('The body must be a JSON object such as {"message": "how do I sponsor someone?"}.')
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        # The field's name and what was expected; never what was sent.
        first = error.errors(include_url=False, include_input=False)[0]
        field = first["loc"][0]
        raise MessageRefused(f"field '{field}': {first['msg']}") from None
