"""Pages, JSON API, signed state and what protects them: with app.py the only room that imports Flask."""

from datetime import date

from flask import Flask
from flask_compress import Compress

from coach.live import LiveCoach
from coach.settings import STATIC, Settings, Switch
from coach.web import (
    api,
    assets,
    clients,
    editors,
    library,
    limits,
    logs,
    metrics,
    next_step,
    pages,
    privacy,
    problems,
    role_finder,
    saving,
    views,
    widget,
)
from coach.web.bodies import read_body
from coach.web.headers import header_setter
from coach.web.state import StateSigner, signing_keys

# Room for 2,000 characters, each written as a JSON escape of 12 bytes, and a state token beside them.
LARGEST_BODY = 64 * 1024
# Each with its routes.
ROOMS = (views, assets, pages, library, role_finder, next_step, editors, saving, widget, privacy, api, metrics)


def install(app: Flask, settings: Settings, live: LiveCoach) -> None:
    """Give `app` its routes, its error replies and its headers."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.sort_keys = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals["leave_url"] = settings.leave_url
    keys = signing_keys(settings)
    app.extensions["settings"] = settings
    app.extensions["live_coach"] = live
    if settings.inbox:
        # A bad address stops the start, not the first letter.
        editors.inbox(app)
    app.extensions["assets"] = assets.read_assets(STATIC)
    app.extensions["today"] = date.today
    signer = StateSigner(keys, max_age=settings.state_max_age, today=lambda: app.extensions["today"]())
    app.extensions["state_signer"] = signer
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    if settings.maintainers == Switch.ON:
        # Only now: it needs all that checks and publishes words, which takes a tenth of a start to import.
        from coach.web import maintainers

        app.extensions["bench"] = maintainers.Bench(settings, keys[0])
        app.register_blueprint(maintainers.blueprint)
    problems.install(app)
    # In this order a request is met: it gets its number, then its name is looked at, then it is counted, then read.
    logs.install(app, settings)
    metrics.install(app, live)
    clients.install(app, settings)
    limits.install(app, settings, keys[0])
    app.before_request(read_body)
    app.after_request(header_setter(settings))
    Compress(app)
