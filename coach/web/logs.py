"""One line for each request, in text or JSON, with what an operator needs and nothing that anybody typed."""

import json
import logging
import re
import secrets
import sys
import time
import traceback
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from coach.settings import LogFormat, Settings

LOGGER = "coach"
# What a proxy of ours sends, such as nginx's $request_id; anything else could be somebody's words.
REQUEST_ID = re.compile(r"[0-9a-f]{16,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
# Libraries that would quote requests: their words are dropped, whatever the level.
SILENCED = ("waitress", "waitress.queue", "werkzeug")


def set_up(log_format: LogFormat) -> None:
    """Send this process's own lines to stderr; those of libraries only from warnings on, those that quote never."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == LogFormat.JSON else TextLines())
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)
    logging.getLogger(LOGGER).setLevel(logging.INFO)
    for name in SILENCED:
        logging.getLogger(name).disabled = True


def adopt(name: str) -> None:
    """Let a logger that brought its own form speak in ours."""
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [], True


def install(app: Flask, settings: Settings) -> None:
    """Give each request an id and a line; an unexpected fault gets its place in the code, without its words."""
    app.before_request(lambda: _begin(trusted=settings.proxies > 0))
    app.after_request(_end)
    app.log_exception = _log_fault


class JsonLines(logging.Formatter):
    """One JSON object a line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(_fields(record))


class TextLines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields = _fields(record)
        told = [fields.pop(name) for name in ("time", "level", "event")]
        return " ".join(told + [f"{name}={value}" for name, value in fields.items()])


def _fields(record: logging.LogRecord) -> dict:
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    fields = {"time": moment, "level": record.levelname.lower(), "event": record.getMessage()}
    fields |= getattr(record, "fields", {})
    if record.exc_info and record.exc_info[0]:
        fields["fault"] = _place(record.exc_info)
    return fields


def _place(exc_info: tuple) -> str:
    """What kind of fault and where; its text may quote what was typed, and is left out."""
    kind, _, trace = exc_info
    frames = [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in traceback.extract_tb(trace)]
    return " < ".join([kind.__name__, *reversed(frames)])


def _begin(*, trusted: bool) -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if trusted and REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    # A request that was refused before the others were called has neither.
    request_id, started = g.get("request_id") or secrets.token_hex(16), g.get("started")
    fields = {"id": request_id, "method": method(), "route": route(), "status": response.status_code}
    if started:
        fields["ms"] = round((time.perf_counter() - started) * 1000, 1)
    response.headers["X-Request-ID"] = request_id
    logging.getLogger(LOGGER).info("request", extra={"fields": fields})
    return response


def method() -> str:
    """The request's method; one that is not HTTP's could be anybody's words."""
    return request.method if request.method in METHODS else "other"


def route() -> str:
    """The rule that the request's path fits, never the path itself; empty for an unknown one."""
    return request.url_rule.rule if request.url_rule else ""


def _log_fault(exc_info: tuple) -> None:
    logging.getLogger(LOGGER).error("fault", exc_info=exc_info, extra={"fields": {"id": g.get("request_id", "")}})
