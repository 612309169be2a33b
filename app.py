"""The web application: `create_app(settings)`, and the WSGI name `app`."""

import os
from collections.abc import Callable

from flask import Flask

from coach.encoders import serving_encoder
from coach.live import LiveCoach
from coach.search.encoder import Encoder
from coach.settings import TEMPLATES, Settings, read_settings
from coach.web import install


def create_app(settings: Settings, make_encoder: Callable[[], Encoder] | None = None) -> Flask:
    """The application for `settings`; `make_encoder` gives another embedding model than the settings name."""
    app = Flask("coach", template_folder=TEMPLATES, static_folder=None)
    install(app, settings, LiveCoach(settings, make_encoder or (lambda: serving_encoder(settings))))
    return app


def __getattr__(name: str) -> Flask:
    """`app` is made when a WSGI server asks for it, so that importing this file reads and loads nothing."""
    if name != "app":
        raise AttributeError(name)
    app = create_app(read_settings(os.environ))
    app.extensions["live_coach"].warm_up()
    return app
