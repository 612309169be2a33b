"""A text that a reader sends to the editors on purpose: what the form showed is kept, and nothing else."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, Flask, Response, current_app, request

from coach.errors import CoachError
from coach.web.problems import status_and_type
from coach.web.views import Letter, show, view_at

blueprint = Blueprint("editors", __name__)


@blueprint.post("/editors")
def send() -> Response:
    """The conversation goes on below the thanks, or below the form with what was wrong."""
    # Browsers send line breaks in their own way; this gives back what the box showed.
    text = request.form.get("text", "").replace("\r\n", "\n")
    state = request.form.get("state", "")
    try:
        inbox(current_app).add(text, today=date.today())
    except CoachError as error:
        letter, status = Letter(text, trouble=str(error)), status_and_type(error)[0]
    else:
        letter, status = Letter(text, sent=True), 200
    return show(replace(view_at(state), letter=letter), status)


def inbox(app: Flask):
    """The one inbox of the process; raises SettingError where its address is none."""
    if "inbox" not in app.extensions:
        # SQLAlchemy takes a fifth of a second to load, for which no start of the chat should wait.
        from coach.inbox import Inbox

        app.extensions["inbox"] = Inbox(app.extensions["settings"].inbox_url)
    return app.extensions["inbox"]
