"""A text that a reader sends to the editors on purpose: what the form showed is kept, and nothing else."""

from datetime import date

from flask import Blueprint, Response, current_app, request

from coach.errors import CoachError
from coach.web.problems import status_and_type
from coach.web.views import Letter, View, show

blueprint = Blueprint("editors", __name__)


@blueprint.post("/editors")
def send() -> Response:
    """The conversation goes on below the thanks, or below the form with what was wrong."""
    # Browsers send line breaks in their own way; this gives back what the box showed.
    text = request.form.get("text", "").replace("\r\n", "\n")
    state = request.form.get("state", "")
    try:
        _inbox().add(text, today=date.today())
    except CoachError as error:
        return show(View(state=state, letter=Letter(text, trouble=str(error))), status_and_type(error)[0])
    return show(View(state=state, letter=Letter(text, sent=True)))


def _inbox():
    # SQLAlchemy takes a fifth of a second to load, for which no start of the chat should wait.
    from coach.inbox import Inbox

    settings = current_app.extensions["settings"]
    return current_app.extensions.setdefault("inbox", Inbox(settings.inbox_url))
