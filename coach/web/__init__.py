"""Pages, JSON API, signed state and security headers: with app.py the only room that imports Flask."""

from flask import Flask

from coach.live import LiveCoach
from coach.settings import Settings
from coach.web import api, pages, problems
from coach.web.headers import set_headers
from coach.web.state import StateSigner, signing_key

# Room for 2,000 characters, each written as a JSON escape of 12 bytes, and a state token beside them.
LARGEST_BODY = 64 * 1024


def install(app: Flask, settings: Settings, live: LiveCoach) -> None:
    """Give `app` its routes, its error replies and its headers."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.sort_keys = False
    app.extensions["live_coach"] = live
    app.extensions["state_signer"] = StateSigner(signing_key(settings), max_age=settings.state_max_age)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    problems.install(app)
    app.after_request(set_headers)
