"""Trouble, told as RFC 9457 problem documents to programs and as a page to people."""

from flask import Flask, Response, current_app, json, render_template, request
from werkzeug.exceptions import HTTPException

from coach.errors import (
    AnswersRefused,
    CoachError,
    EncoderError,
    InboxUnavailable,
    IndexUnavailable,
    MessageRefused,
    PlanRefused,
    StateRefused,
)
from coach.web.bodies import sent_form

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 5
# The status, and what a program can tell apart; the text beside it is for people and may change.
TOLD = {
    MessageRefused: (400, "message-refused"),
    StateRefused: (400, "state-refused"),
    AnswersRefused: (400, "answers-refused"),
    PlanRefused: (400, "plan-refused"),
    IndexUnavailable: (503, "no-index"),
    EncoderError: (503, "no-model"),
    InboxUnavailable: (503, "no-inbox"),
}


def install(app: Flask) -> None:
    """Answer every fault with a clear word, and never with a stack trace."""
    app.register_error_handler(CoachError, coach_error)
    app.register_error_handler(HTTPException, http_error)


def status_and_type(error: CoachError) -> tuple[int, str]:
    """The HTTP status and the problem type of a fault."""
    return next((told for kind, told in TOLD.items() if isinstance(error, kind)), (500, "fault"))


def problem_fields(status: int, type_: str, title: str, detail: str) -> dict:
    """The fields of a problem document."""
    return {"type": f"urn:allyship-coach:problem:{type_}", "title": title, "status": status, "detail": detail}


def problem(status: int, type_: str, title: str, detail: str) -> Response:
    """An `application/problem+json` response."""
    body = json.dumps(problem_fields(status, type_, title, detail))
    response = current_app.response_class(body, status=status, mimetype=PROBLEM_JSON)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def coach_error(error: CoachError) -> Response:
    """The reply to a fault that the routes did not handle themselves."""
    status, type_ = status_and_type(error)
    if _wants_json():
        return problem(status, type_, "The coach cannot answer", str(error))
    page = render_template("error.html", title="Not just now", detail=str(error), again=_again(status))
    return current_app.make_response((page, status))


def http_error(error: HTTPException) -> Response:
    """The reply to an unknown path, a wrong method, a body too large, or a fault of our own (500)."""
    if error.response or error.code is None or error.code < 400:
        return error.get_response()
    if _wants_json():
        response = problem(error.code, f"http-{error.code}", error.name, error.description or error.name)
    else:
        page = render_template("error.html", title=error.name, detail=error.description, again=_again(error.code))
        response = current_app.make_response((page, error.code))
    copy_headers(error, response)
    return response


def copy_headers(error: HTTPException, response: Response) -> None:
    """Give `response` what HTTP wants beside the status of `error`."""
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value


def _again(status: int) -> list[tuple[str, str]]:
    """The fields of a form that may be sent again as it is, once there is less to do or an index again."""
    if status in (429, 503) and request.method == "POST":
        return list(sent_form().items(multi=True))
    return []


def _wants_json() -> bool:
    if request.path.startswith("/api/") or request.path in ("/openapi.json", "/readyz", "/healthz"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", PROBLEM_JSON], default="text/html")
    return best != "text/html"
