"""The maintainers' page: how an answer was found, and one more question for a passage. Off unless a setting says so."""

import hashlib
import hmac
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, render_template, request

from coach.bench.adding import add
from coach.bench.explain import Explanation
from coach.bench.explain import explain as explained
from coach.bench.publishing import Publisher
from coach.errors import CoachError
from coach.settings import Settings
from coach.web.clients import require_maintainer
from coach.web.current import serving
from coach.web.problems import status_and_type

blueprint = Blueprint("maintainers", __name__)


@dataclass(frozen=True)
class Desk:
    """What the page shows: the message, its explanation, what became of the last step, and what went before."""

    message: str = ""
    explained: Explanation | None = None
    before: str = ""
    told: str = ""
    trouble: str = ""


class Bench:
    """What the page needs of a running process."""

    def __init__(self, settings: Settings, key: str):
        self.settings, self.publisher = settings, Publisher()
        # Known to nobody who cannot read the page: another site's form cannot send it.
        self.form_key = hmac.new(key.encode(), b"the maintainers' form", hashlib.sha256).hexdigest()


@blueprint.before_request
def admit() -> None:
    """Only maintainers, and only with a form that was made here."""
    require_maintainer(_bench().settings)
    if request.method == "POST" and not _same(request.form.get("key", ""), _bench().form_key):
        abort(400, "This form was not made here, or is from before a restart. Load the page again.")


@blueprint.get("/maintainers")
def first() -> str:
    """An empty desk."""
    return _show(Desk())


@blueprint.post("/maintainers")
def explain() -> Response | tuple[str, int]:
    """How the answer to a message is found; after an addition, beside how it was found before."""
    message = request.form.get("message", "")
    try:
        return _show(Desk(message, explained(serving().coach, message), before=request.form.get("before", "")))
    except CoachError as error:
        return _show(Desk(message, trouble=str(error))), status_and_type(error)[0]


@blueprint.post("/maintainers/questions")
def add_question() -> Response | tuple[str, int]:
    """Write the message into a page as a question, check, and begin to publish."""
    message, passage = request.form.get("message", ""), request.form.get("passage", "")
    try:
        before = explained(serving().coach, message)
        addition = add(_bench().settings, passage, message)
    except CoachError as error:
        return _show(Desk(message, trouble=f"Nothing was written. {error}")), 400
    _bench().publisher.start()
    place = f"knowledge/{addition.path.parent.name}/{addition.path.name}:{addition.line}"
    told = f"Written to {place} and checked. It is being published now, which takes a minute or two."
    return _show(Desk(message, before, before=before.answer.asked, told=told))


def _show(desk: Desk) -> str:
    publisher, key = _bench().publisher, _bench().form_key
    return render_template("maintainers.html", desk=desk, busy=publisher.busy, refused=publisher.told, key=key)


def _same(given: str, wanted: str) -> bool:
    digests = (hashlib.sha256(each.encode("utf-8", "surrogatepass")).digest() for each in (given, wanted))
    return hmac.compare_digest(*digests)


def _bench() -> Bench:
    return current_app.extensions["bench"]
