"""The chat page: one form, rendered here whole, or one turn at a time for the page's own script."""

from dataclasses import replace

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from coach.errors import CoachError, StateRefused
from coach.types import Knowledge
from coach.web.bodies import sent_form
from coach.web.current import serving
from coach.web.metrics import count_turn
from coach.web.problems import copy_headers, status_and_type
from coach.web.views import ELSEWHERE, Exchange, View, openings, show, turn_number, view_after, view_at

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def first() -> Response:
    """The first screen."""
    try:
        return show(View(openings=openings(serving().coach.knowledge)))
    except CoachError as error:
        return show(View(trouble=str(error)), status_and_type(error)[0])


@blueprint.post("/")
def ask() -> Response:
    """The page with the reply; whatever goes wrong, what was typed stands in the box again."""
    typed, state = request.form.get("message", ""), request.form.get("state", "")
    suggestion = request.form.get("suggestion", "")
    try:
        if "resume" in request.form:
            return show(replace(_resumed(state), typed=typed))
        view = _reply(suggestion or typed, state)
    except StateRefused as error:
        # The next attempt starts a new conversation with the same words.
        return show(View(typed=suggestion or typed, trouble=f"Sorry, {error}. Ask again to start afresh."), 400)
    except CoachError as error:
        view = replace(view_at(state), typed=suggestion or typed, trouble=str(error))
        return show(view, status_and_type(error)[0])
    # A draft in the box is not lost when a suggestion is tapped instead.
    return show(replace(view, typed=typed) if suggestion else view)


def refused(error: HTTPException) -> Response:
    """The page for a question that was not let through; its words stand in the box again."""
    form = sent_form()
    typed = form.get("suggestion") or form.get("message", "")
    view = replace(view_at(form.get("state", "")), typed=typed, trouble=error.description)
    response = show(view, error.code)
    copy_headers(error, response)
    return response


def _reply(message: str, state: str) -> View:
    signer = current_app.extensions["state_signer"]
    coach = serving().coach
    before = signer.load(state)
    before = replace(before, country=_country(coach.knowledge) or before.country)
    answer, turns = serving().reply(message, before.turns)
    count_turn(answer.kind)
    exchange = Exchange(turn_number(), message, answer, state, before.country)
    return replace(view_after(before, coach), exchange=exchange, state=signer.dump(replace(before, turns=turns)))


def _resumed(state: str) -> View:
    """The conversation without a new question, as somebody finds it who comes back from a tool."""
    coach = serving().coach
    conversation = current_app.extensions["state_signer"].load(state)
    offered = () if conversation.turns else openings(coach.knowledge)
    return replace(view_after(conversation, coach), state=state, openings=offered)


def _country(knowledge: Knowledge) -> str:
    """The country chosen with this message, if it is one that there are contacts for."""
    chosen = request.form.get("country", "")
    return chosen if chosen in {ELSEWHERE, *(contact.country for contact in knowledge.contacts)} else ""
