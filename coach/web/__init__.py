"""Pages, JSON API, signed state and security headers: with app.py the only room that imports Flask."""

from flask import Flask, request
from flask_compress import Compress
from werkzeug.exceptions import BadRequest, HTTPException

from coach.live import LiveCoach
from coach.settings import STATIC, Settings
from coach.web import api, assets, editors, library, pages, problems, saving, views, widget
from coach.web.headers import header_setter
from coach.web.state import StateSigner, signing_key

# Room for 2,000 characters, each written as a JSON escape of 12 bytes, and a state token beside them.
LARGEST_BODY = 64 * 1024


def install(app: Flask, settings: Settings, live: LiveCoach) -> None:
    """Give `app` its routes, its error replies and its headers."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.sort_keys = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["settings"] = settings
    app.extensions["live_coach"] = live
    app.extensions["assets"] = assets.read_assets(STATIC)
    app.extensions["state_signer"] = StateSigner(signing_key(settings), max_age=settings.state_max_age)
    app.jinja_env.globals["leave_url"] = settings.leave_url
    for room in (views, assets, pages, library, editors, saving, widget, api):
        app.register_blueprint(room.blueprint)
    problems.install(app)
    app.before_request(read_body)
    app.after_request(header_setter(settings))
    Compress(app)


def read_body() -> None:
    """Read the body before any route does: what a client garbled is its fault (400), and must not reach a log."""
    try:
        request.get_data(parse_form_data=True)
    except HTTPException:
        raise
    except Exception:  # Each server has classes of its own for a garbled body, and their text quotes it.
        raise BadRequest("The body broke off or is not what its headers say.") from None
