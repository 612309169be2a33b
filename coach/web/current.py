"""What a request is answered from: one version, from its first look at the words to the last link of its page."""

from flask import current_app, g

from coach.live import Serving


def serving() -> Serving:
    """The version of this request; raises CoachError when none can be served."""
    if "serving" not in g:
        g.serving = current_app.extensions["live_coach"].current()
    return g.serving
