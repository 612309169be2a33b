"""The JSON API: POST /api/chat, and what an operator's probes ask for."""

from dataclasses import replace

from flask import Blueprint, Response, current_app, json, jsonify, request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from coach.errors import CoachError, MessageRefused
from coach.rendering import to_json
from coach.web import problems
from coach.web.openapi import document

blueprint = Blueprint("api", __name__)


class ChatRequest(BaseModel):
    """The body of POST /api/chat."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    message: str
    state: str | None = None


@blueprint.post("/api/chat")
def chat() -> Response:
    """One turn of a conversation."""
    asked = _body()
    signer = current_app.extensions["state_signer"]
    before = signer.load(asked.state)
    serving = current_app.extensions["live_coach"].current()
    answer, turns = serving.reply(asked.message, before.turns)
    return jsonify(to_json(answer, state=signer.dump(replace(before, turns=turns)), version=serving.version))


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


def _body() -> ChatRequest:
    if not request.is_json:
        raise UnsupportedMediaType("Send the body with `Content-Type: application/json`.")
    try:
        fields = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON, or is nested too deeply.") from None
    if not isinstance(fields, dict):
        raise BadRequest('The body must be a JSON object such as {"message": "how do I sponsor someone?"}.')
    try:
        return ChatRequest.model_validate(fields)
    except ValidationError as error:
        # The field's name and what was expected; never what was sent.
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise MessageRefused(f"field '{field}': {first['msg']}") from None
