"""The role finder as a page: its questions, then one or two roles. Answers are read, used and forgotten."""

from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request

from coach.errors import AnswersRefused
from coach.tools.role_finder import find_role
from coach.web.desk import Desk, exchange, gone_on, open_desk, token

blueprint = Blueprint("role_finder", __name__)


@blueprint.get("/tools/role-finder")
def questions() -> Response:
    """The questions, none answered."""
    return _page(open_desk(), {})


@blueprint.post("/tools/role-finder")
def roles() -> Response:
    """The roles for the answers given; the questions again where one is missing, and for somebody from the chat."""
    desk = open_desk()
    given = {id_: request.form[id_] for id_ in desk.knowledge.role_finder.questions if id_ in request.form}
    if desk.trouble or "open" in request.form:
        return _page(desk, given)
    try:
        answer = find_role(desk.knowledge, given)
    except AnswersRefused as error:
        return _page(desk, given, missing=error.missing, status=400)
    after = replace(desk, state=token(gone_on(desk.conversation, answer)))
    return _page(after, given, exchange=exchange(answer))


def _page(desk: Desk, given: dict[str, str], *, status: int = 0, **parts) -> Response:
    page = render_template("tools/role-finder.html", desk=desk, given=given, **parts)
    return make_response(page, status or desk.status)
