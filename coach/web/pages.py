"""The chat page: one form, rendered here whole, or one turn at a time for the page's own script."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, Response, current_app, make_response, render_template, request

from coach.errors import CoachError, StateRefused
from coach.rendering import References, items
from coach.types import Answer, Contact, Suggestion
from coach.web.problems import status_and_type

blueprint = Blueprint("pages", __name__)

# The page's script asks with this header for the new turn alone.
FRAGMENT = "X-Coach-Fragment"


@dataclass(frozen=True)
class Exchange:
    """What was typed and what is replied, as the templates need it; `number` makes ids on the page unique."""

    number: int
    message: str
    answer: Answer
    references: References


@dataclass(frozen=True)
class View:
    """Everything that the chat page shows."""

    exchange: Exchange | None = None
    earlier: tuple[Suggestion, ...] = ()
    contacts: tuple[Contact, ...] = ()
    state: str = ""
    typed: str = ""
    trouble: str = ""
    starters: tuple[Suggestion, ...] = ()


blueprint.add_app_template_filter(items, "statement_items")


@blueprint.app_template_filter("runs")
def runs(things: Iterable[object], attribute: str) -> Iterator[tuple[object, list]]:
    """Neighbouring items with the same value of `attribute`, together, in their order."""
    return ((value, list(group)) for value, group in groupby(things, attrgetter(attribute)))


@blueprint.get("/")
def first() -> Response:
    """The first screen."""
    try:
        return _page(View(starters=_live().current().coach.composer.starters()))
    except CoachError as error:
        return _page(View(trouble=str(error)), status_and_type(error)[0])


@blueprint.post("/")
def ask() -> Response:
    """The page with the reply; whatever goes wrong, what was typed stands in the box again."""
    typed, state = request.form.get("message", ""), request.form.get("state", "")
    suggestion = request.form.get("suggestion", "")
    try:
        view = _reply(suggestion or typed, state)
    except StateRefused as error:
        # The next attempt starts a new conversation with the same words.
        return _page(View(typed=suggestion or typed, trouble=f"Sorry, {error}. Ask again to start afresh."), 400)
    except CoachError as error:
        view = View(typed=suggestion or typed, state=state, trouble=str(error))
        return _page(view, status_and_type(error)[0])
    # A draft in the box is not lost when a suggestion is tapped instead.
    return _page(replace(view, typed=typed) if suggestion else view)


def _reply(message: str, state: str) -> View:
    signer = current_app.extensions["state_signer"]
    before = signer.load(state)
    serving = _live().current()
    answer, turns = serving.reply(message, before)
    coach = serving.coach
    return View(
        exchange=Exchange(_number(), message, answer, References(answer)),
        earlier=coach.composer.asked_before(before),
        contacts=coach.composer.contacts_before(before),
        state=signer.dump(turns),
    )


def _number() -> int:
    """How many turns the page shows already, as its script tells; only used to make ids unique."""
    shown = request.headers.get(FRAGMENT, "0")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 6 else 0


def _page(view: View, status: int = 200) -> Response:
    template = "turn.html" if FRAGMENT in request.headers else "chat.html"
    return make_response(render_template(template, view=view), status)


def _live():
    return current_app.extensions["live_coach"]
