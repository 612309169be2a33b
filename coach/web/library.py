"""The library: every page of the knowledge base to read as it stands, at an address that stays."""

import hashlib
import re
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from coach.choices import AnswerKind
from coach.rendering import References
from coach.types import Knowledge, Page, Passage
from coach.web.current import serving

blueprint = Blueprint("library", __name__)

# Replies that are small change of a conversation, and nothing to read.
UNLISTED = (AnswerKind.SMALLTALK, AnswerKind.CLARIFY)
# How the id of a section is written; a page repeats nothing else from an address.
SECTION = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True)
class Change:
    """What became of the section that a link was made for: its words differ now, or it is `gone`."""

    section: str
    gone: bool


@blueprint.app_template_global("passage_url")
def passage_url(passage_id: str) -> str:
    """The address of a passage; `was` tells the page which words the link was made for."""
    page, _, anchor = passage_id.partition("#")
    passage = _knowledge().passage(passage_id)
    was = f"{anchor}.{_digest(passage)}" if passage else None
    return url_for("library.page", page_id=page, was=was, _anchor=anchor or None)


@blueprint.get("/library")
def shelves() -> Response:
    """All pages by group."""
    pages = [page for page in _knowledge().pages.values() if not page.boundary or page.boundary.reply not in UNLISTED]
    groups = {group: [page for page in pages if page.group == group] for group in dict.fromkeys(_groups(pages))}
    return _kept(render_template("library/shelves.html", groups=groups))


@blueprint.get("/library/<page_id>")
def page(page_id: str) -> Response:
    """One page with its sources; a link to other words than those of today is told what changed."""
    knowledge = _knowledge()
    shown = knowledge.pages.get(page_id)
    if not shown:
        raise NotFound("This page is not in the library. It may have been renamed or merged into another one.")
    # Who reads "one of these" must find them.
    people = knowledge.contacts_of(shown.boundary.contacts if shown.boundary else ())
    cited = [*(statement for passage in shown.passages for statement in passage.statements), *people]
    citations = tuple(dict.fromkeys(citation for each in cited for citation in each.citations))
    return _kept(
        render_template(
            "library/page.html",
            page=shown,
            references=References(citations, knowledge.sources),
            related=[knowledge.pages[other] for other in shown.related],
            people=people,
            change=_change(shown, request.args.get("was", "")),
        )
    )


def _change(page: Page, was: str) -> Change | None:
    section, _, digest = was.partition(".")
    if not SECTION.fullmatch(section) or not digest:
        return None
    passage = next((passage for passage in page.passages if passage.anchor == section), None)
    if passage and _digest(passage) == digest:
        return None
    return Change(section, gone=passage is None)


def _digest(passage: Passage) -> str:
    words = "\n".join([passage.heading, *(statement.text for statement in passage.statements)])
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def _groups(pages: list[Page]) -> list[str]:
    """The groups in the order in which a newcomer reads them; one that is new comes last."""
    order = ["roles", "situations", "distinctions", "foundations", "differences", "organisation", "boundaries"]
    groups = {page.group for page in pages}
    return [group for group in order if group in groups] + sorted(groups - set(order))


def _kept(text: str) -> Response:
    """A page without anybody's words: a browser may keep it, and asks whether it is still the same."""
    response = make_response(text)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


def _knowledge() -> Knowledge:
    return serving().coach.knowledge
