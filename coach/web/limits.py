"""How many requests are answered: of one client and of all, counted in memory or in Redis (Flask-Limiter)."""

import math
import time

from flask import Flask, Response, request
from flask_limiter import ApplicationLimit, Limiter, RequestLimit
from limits.errors import StorageError
from werkzeug.exceptions import HTTPException, ServiceUnavailable, TooManyRequests

from coach.settings import Failure, Settings
from coach.web import pages, problems
from coach.web.bodies import sent_form
from coach.web.clients import client_key
from coach.web.saving import MOST_MESSAGES

# What costs next to nothing and needs no password.
UNLIMITED = ("api.healthz", "api.readyz", "assets.asset")
# A Redis that does not answer must hold no question for longer.
REDIS_WAITS = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "wrap_exceptions": True}
# Counts as a fixed window does, without letting twice as much through where two windows meet.
STRATEGY = "sliding-window-counter"
AWAY = "Requests cannot be counted just now, and this chat answers none uncounted. Try again in a moment."


def install(app: Flask, settings: Settings, key: str) -> None:
    """Refuse requests beyond the limits with 429 and Retry-After, before anything is searched for."""
    client = client_key(key)
    rates = {"client": (settings.limit_client, client), "all": (settings.limit_all, lambda: "all")}
    limits = [
        ApplicationLimit(limit_provider=rate, key_function=function, scope=scope, cost=_cost)
        for scope, (rate, function) in rates.items()
        if rate
    ]
    limiter = Limiter(
        client,
        app=app,
        enabled=bool(limits),
        application_limits=limits,
        storage_uri=settings.limit_store or "memory://",
        storage_options=REDIS_WAITS if settings.limit_store else {},
        strategy=STRATEGY,
        in_memory_fallback_enabled=settings.limit_failure == Failure.OPEN,
        on_breach=_refuse,
        key_prefix="coach",
        # Flask-Limiter counts nothing without a name: an unknown path or method needs one too.
        request_identifier=lambda: request.endpoint or "unknown",
    )
    limiter.request_filter(lambda: request.endpoint in UNLIMITED)
    # Only where the settings say `closed`; else the count goes on in memory.
    app.register_error_handler(StorageError, _away)


def _cost() -> int:
    """A conversation to save costs as much as asking all of it."""
    # A fault in here Flask-Limiter would take for one of its store; hence a form that is empty where it is garbled.
    said = len(sent_form().getlist("said")) if request.endpoint == "saving.save" else 1
    return min(max(1, said), MOST_MESSAGES)


def _refuse(breached: RequestLimit) -> Response:
    seconds = max(1, math.ceil(breached.reset_at - time.time()))
    when = "in a second" if seconds == 1 else f"in {seconds} seconds"
    return _told(TooManyRequests(f"Too much is being asked at once. Ask again {when}.", retry_after=seconds))


def _away(_: StorageError) -> Response:
    return _told(ServiceUnavailable(AWAY, retry_after=problems.RETRY_AFTER_SECONDS))


def _told(error: HTTPException) -> Response:
    # Who typed into the page finds the words still in the box.
    return pages.refused(error) if request.endpoint == "pages.ask" else problems.http_error(error)
