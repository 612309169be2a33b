"""How many requests are answered: of one client and of all, counted in memory or in Redis (Flask-Limiter)."""

import math
import time

from flask import Flask, Response, request
from flask_limiter import ApplicationLimit, Limiter, RequestLimit
from limits.errors import StorageError
from werkzeug.exceptions import HTTPException, ServiceUnavailable, TooManyRequests

from coach.settings import Failure, Settings
from coach.web import pages, problems
from coach.web.clients import PROBES, client_key

# What costs next to nothing, or tells an operator how the chat does.
UNLIMITED = (*PROBES, "static", "assets.asset")
# A Redis that does not answer must hold no question for longer.
REDIS_WAITS = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "wrap_exceptions": True}
# Counts as a fixed window does, without letting twice as much through where two windows meet.
STRATEGY = "sliding-window-counter"
RETRY_SECONDS = 5
AWAY = "Requests cannot be counted just now, and this chat answers none uncounted. Try again in a moment."


def install(app: Flask, settings: Settings, key: str) -> None:
    """Refuse requests beyond the limits with 429 and Retry-After, before anything is read or searched for."""
    client = client_key(key)
    rates = {"client": (settings.limit_client, client), "all": (settings.limit_all, lambda: "all")}
    limits = [
        ApplicationLimit(limit_provider=rate, key_function=function, scope=scope)
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
    )
    limiter.request_filter(lambda: request.endpoint in UNLIMITED)
    # Only where the settings say `closed`; else the count goes on in memory.
    app.register_error_handler(StorageError, lambda _: _told(ServiceUnavailable(AWAY, retry_after=RETRY_SECONDS)))


def _refuse(breached: RequestLimit) -> Response:
    seconds = max(1, math.ceil(breached.reset_at - time.time()))
    when = "in a second" if seconds == 1 else f"in {seconds} seconds"
    return _told(TooManyRequests(f"Too much is being asked at once. Ask again {when}.", retry_after=seconds))


def _told(error: HTTPException) -> Response:
    # Who typed into the page finds the words still in the box.
    return pages.refused(error) if request.endpoint == "pages.ask" else problems.http_error(error)
