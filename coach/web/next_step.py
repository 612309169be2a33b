"""The next step as pages: write the plan, keep it, take it away, and come back to it."""

from dataclasses import dataclass, field, replace

from flask import Blueprint, Response, make_response, render_template, request, url_for

from coach.errors import PlanRefused
from coach.tools.commitment import (
    FIELDS,
    LONGEST_WAIT,
    USUAL_WAIT,
    Plan,
    StepChoice,
    check_back,
    choices,
    opening,
    read_plan,
)
from coach.tools.exports import to_calendar, to_markdown
from coach.web.desk import Desk, exchange, gone_on, open_desk, people_for, token

blueprint = Blueprint("next_step", __name__)

NO_PLAN = "There is no plan in this conversation. Make one here."


@dataclass(frozen=True)
class Form:
    """The plan as it is being written: what stands in each field, and what is wrong with it."""

    fields: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    initials: str = ""


@blueprint.get("/tools/next-step")
def blank() -> Response:
    """An empty plan."""
    desk = open_desk()
    return _write(desk, Form(_typed(desk)))


@blueprint.post("/tools/next-step")
def plan() -> Response:
    """What the pressed button asks for, by its name; every one of them works on what was sent with it."""
    desk, form = open_desk(), request.form
    if desk.trouble:
        return _write(desk, Form(_typed(desk)))
    if "take" in form:
        return _write(desk, Form(_with_choice(desk, form["take"])))
    if "make" in form or "initials" in form:
        return _make(desk)
    if "keep" in form:
        return _kept(desk, form["keep"])
    return _write(desk, Form(_typed(desk)))


@blueprint.route("/tools/check-back", methods=["GET", "POST"])
def came_back() -> Response:
    """How did it go? With the plan, where the conversation holds one, and without it."""
    desk, went = open_desk(), request.form.get("went", "")
    plan = desk.conversation.plan
    if desk.trouble or went not in desk.knowledge.next_step.outcomes:
        return _page("tools/check-back.html", desk, desk.status, plan=plan)
    answer = check_back(desk.knowledge, went)
    # It has been asked and answered: the next turn does not ask again.
    after = replace(desk, state=token(replace(gone_on(desk.conversation, answer), plan=None)))
    return _page("tools/check-back.html", after, plan=plan, exchange=exchange(answer), went=went)


def _make(desk: Desk) -> Response:
    typed = _typed(desk) | ({"whom": request.form["initials"]} if "initials" in request.form else {})
    try:
        made, refused = read_plan(typed, today=desk.today), None
    except PlanRefused as error:
        # Answered outside of the handler: a fault on the way would log this one, which quotes what was typed.
        made, refused = None, error
    if refused:
        return _write(desk, Form(typed, refused.problems, refused.initials), 400)
    people = people_for(made)
    told = exchange(people, desk.conversation.country) if people else None
    # Whom it points to stays in sight in the chat, as after any message.
    conversation = gone_on(desk.conversation, people) if people else desk.conversation
    kept = replace(desk, state=token(replace(conversation, plan=made)))
    return _page("tools/plan.html", kept, plan=made, exchange=told)


def _kept(desk: Desk, how: str) -> Response:
    """The plan that the token holds: shown, changed, forgotten, or in a form to take away."""
    plan = desk.conversation.plan
    if not plan:
        return _write(replace(desk, trouble=NO_PLAN), Form(_typed(desk)))
    link = url_for("next_step.came_back", _external=True)
    if how == "calendar":
        return _file(to_calendar(plan, link=link), "text/calendar; charset=utf-8", "next-step.ics")
    if how == "markdown":
        return _file(to_markdown(plan, link=link).encode(), "text/markdown; charset=utf-8", "next-step.md")
    if how == "print":
        return _page("tools/print.html", desk, plan=plan, link=link)
    if how == "change":
        return _write(desk, Form(_fields(plan)))
    if how == "forget":
        without = replace(desk.conversation, plan=None)
        return _write(replace(desk, conversation=without, state=token(without)), Form(_typed(desk)))
    return _page("tools/plan.html", desk, plan=plan)


def _typed(desk: Desk) -> dict[str, str]:
    """What stands in the form's fields; where none was sent yet, the page's smallest step and the usual day."""
    typed = {name: request.form.get(name, "") for name in FIELDS}
    if not desk.knowledge.passage(typed["passage"]):
        typed["passage"] = ""
    if "will" not in request.form:
        typed["will"] = next((choice.text for choice in _choices(desk, typed)), "")
    if "check_back" not in request.form:
        typed["check_back"] = (desk.today + USUAL_WAIT).isoformat()
    return typed


def _with_choice(desk: Desk, number: str) -> dict[str, str]:
    """The form with one of the page's steps as what I will do."""
    typed = _typed(desk)
    taken = [choice.text for n, choice in enumerate(_choices(desk, typed)) if str(n) == number]
    return typed | {"will": taken[0]} if taken else typed


def _choices(desk: Desk, typed: dict[str, str]) -> tuple[StepChoice, ...]:
    return choices(desk.knowledge, typed["passage"])


def _fields(plan: Plan) -> dict[str, str]:
    return {name: str(getattr(plan, name)) for name in FIELDS}


def _write(desk: Desk, form: Form, status: int = 0) -> Response:
    steps = _choices(desk, form.fields)
    days = (desk.today.isoformat(), (desk.today + LONGEST_WAIT).isoformat())
    told = exchange(opening(desk.knowledge, form.fields["passage"]))
    return _page(
        "tools/next-step.html",
        desk,
        status or desk.status,
        form=form,
        choices=steps,
        days=days,
        exchange=told,
    )


def _page(template: str, desk: Desk, status: int = 200, **parts) -> Response:
    return make_response(render_template(template, desk=desk, **parts), status)


def _file(data: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Type": media_type, "Content-Disposition": f'attachment; filename="{name}"'}
    return make_response(data, 200, headers)
