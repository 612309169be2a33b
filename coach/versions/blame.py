"""Which edits took a golden question away from the passage that answered it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coach.content.knowledge import Checked
from coach.content.strays import FOLLOW_UPS
from coach.types import Knowledge, Page
from coach.versions.changes import Changes, homes
from coach.versions.golden import Moved

# Of the edited questions, as many are named: those nearest to the one that was lost.
NAMED = 3
# How near two texts are: a cosine.
Nearness = Callable[[str, str], float]


@dataclass(frozen=True)
class Edit:
    """One edit, in words; `question` is its text where it is one of a question, `pages` those it concerns."""

    where: str
    what: str
    pages: frozenset[str]
    question: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def all_edits(done: Changes, before: Knowledge, after: Checked) -> tuple[Edit, ...]:
    """Every edit of a passage or question that led from `before` to `after`."""
    return (*_of_passages(done, before, after), *_of_questions(done, before, after))


def behind(lost: Moved, edits: tuple[Edit, ...], nearness: Nearness) -> list[Edit]:
    """The edits of the pages that had the question and that have it now; where there is none, the nearest others."""
    pages = {reply.asked.partition("#")[0] for reply in (lost.before, lost.now)}
    own = [edit for edit in edits if edit.pages & pages] or list(edits)
    asked = [edit for edit in own if edit.question]
    nearest = sorted(asked, key=lambda edit: nearness(lost.question.asks, edit.question), reverse=True)[:NAMED]
    return [*nearest, *[edit for edit in own if not edit.question][:NAMED]]


def _of_passages(done: Changes, before: Knowledge, after: Checked) -> Iterator[Edit]:
    for verb in ("added", "changed", "removed"):
        for passage in getattr(done.passages, verb):
            page = passage.partition("#")[0]
            yield Edit(_file(page, before, after), f"passage {passage} {verb}", frozenset([page]))


def _of_questions(done: Changes, before: Knowledge, after: Checked) -> Iterator[Edit]:
    old, new = homes(before), homes(after.knowledge)
    for text in done.questions.added:
        yield Edit(after.places[text], f"'{text}' added for {new[text]}", _pages(new[text]), text)
    for text in done.questions.changed:
        moved = f"'{text}' moved from {old[text]} to {new[text]}"
        yield Edit(after.places[text], moved, _pages(old[text]) | _pages(new[text]), text)
    for text in done.questions.removed:
        page = _page_of(text, before)
        where = _file(page.id, before, after) if page else FOLLOW_UPS
        yield Edit(where, f"'{text}' removed from {old[text]}", _pages(old[text]), text)


def _page_of(text: str, knowledge: Knowledge) -> Page | None:
    """The page in which a message stood; None for a follow-up, which stands in none."""
    return next((page for page in knowledge.pages.values() if text in _messages(page)), None)


def _messages(page: Page) -> Iterator[str]:
    yield from (text for passage in page.passages for text in passage.questions)
    if page.boundary:
        yield from page.boundary.examples
        yield from (text for texts in page.boundary.lookalikes.values() for text in texts)


def _file(page: str, before: Knowledge, after: Checked) -> str:
    return after.files.get(page) or f"{before.pages[page].group}/{page}.md, which was removed"


def _pages(home: str) -> frozenset[str]:
    return frozenset([home.partition("#")[0]])
