"""An answer, or the whole conversation, as a Markdown file: asked for again, since nothing of it was kept."""

from datetime import date

from flask import Blueprint, Response, current_app, request

from coach.errors import MessageRefused
from coach.rendering import to_markdown
from coach.web.current import serving

blueprint = Blueprint("saving", __name__)

# Each message costs as much as asking it.
MOST_MESSAGES = 30


@blueprint.post("/save")
def save() -> Response:
    """The replies to the messages `said`, in their order, after the conversation that `state` stands for."""
    said = request.form.getlist("said")
    if not 1 <= len(said) <= MOST_MESSAGES:
        raise MessageRefused(f"1 to {MOST_MESSAGES} messages can be saved at once; these are {len(said)}")
    turns = current_app.extensions["state_signer"].load(request.form.get("state", "")).turns
    coach = serving().coach
    exchanges = []
    for message in said:
        answer, turns = coach.reply(message, turns)
        exchanges.append((message, answer))
    today = date.today()
    response = current_app.response_class(to_markdown(exchanges, today=today), mimetype="text/markdown")
    response.headers["Content-Disposition"] = f'attachment; filename="allyship-coach-{today}.md"'
    return response
