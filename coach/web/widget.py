"""/widget.js, by which another page shows the chat in a frame; only where the settings name that page's origin."""

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from coach.settings import Settings

blueprint = Blueprint("widget", __name__)

NAME = "widget.js"


@blueprint.get(f"/{NAME}")
def widget() -> Response:
    """The script, at an address that stays; a browser asks each hour whether there is a newer one."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.embed_origins:
        raise NotFound("Embedding is off. COACH_EMBED_ORIGINS names the origins that may embed this chat.")
    asset = current_app.extensions["assets"][NAME]
    response = current_app.response_class(asset.data, mimetype=asset.mimetype)
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(asset.digest)
    return response.make_conditional(request)
