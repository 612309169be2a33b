"""The body of a request: read once, in one place, and with a clear word where it cannot be."""

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException


def read_body() -> None:
    """Read the body before any route does: what a client garbled is its fault (400), and must not reach a log."""
    try:
        request.get_data(parse_form_data=True)
    except HTTPException:
        raise
    except Exception:  # Each server has classes of its own for a garbled body, and their text quotes it.
        raise BadRequest("The body broke off or is not what its headers say.") from None


def sent_form() -> MultiDict[str, str]:
    """The fields that were sent; none where the body cannot be read, for pages that are shown in any case."""
    try:
        read_body()
    except HTTPException:
        return MultiDict()
    return request.form
