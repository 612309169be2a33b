"""Which edits took a golden question away from the passage that answered it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from coach.types import Knowledge
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


def all_edits(done: Changes, before: Knowledge, after: Knowledge, places: Mapping[str, str]) -> tuple[Edit, ...]:
    """Every edit of a passage or question that led from `before` to `after`."""
    return (*_of_passages(done, before, places), *_of_questions(done, homes(before), homes(after), places))


def behind(lost: Moved, edits: tuple[Edit, ...], nearness: Nearness) -> list[Edit]:
    """The edits of the pages that had the question and that have it now; where there is none, the nearest others."""
    pages = {reply.asked.partition("#")[0] for reply in (lost.before, lost.now)}
    own = [edit for edit in edits if edit.pages & pages] or list(edits)
    asked = [edit for edit in own if edit.question]
    nearest = sorted(asked, key=lambda edit: nearness(lost.question.asks, edit.question), reverse=True)[:NAMED]
    return [*nearest, *[edit for edit in own if not edit.question][:NAMED]]


def _of_passages(done: Changes, before: Knowledge, places: Mapping[str, str]) -> Iterator[Edit]:
    for verb in ("added", "changed", "removed"):
        for passage in getattr(done.passages, verb):
            page = passage.partition("#")[0]
            yield Edit(_file(page, before, places), f"passage {passage} {verb}", frozenset([page]))


def _of_questions(
    done: Changes, before: Mapping[str, str], after: Mapping[str, str], places: Mapping[str, str]
) -> Iterator[Edit]:
    for text in done.questions.added:
        yield Edit(places[text], f"'{text}' added for {after[text]}", _pages(after[text]), text)
    for text in done.questions.changed:
        moved = f"'{text}' moved from {before[text]} to {after[text]}"
        yield Edit(places[text], moved, _pages(before[text]) | _pages(after[text]), text)
    for text in done.questions.removed:
        where = places.get(before[text].partition("#")[0], "a page that was removed")
        yield Edit(where, f"'{text}' removed from {before[text]}", _pages(before[text]), text)


def _file(page: str, before: Knowledge, places: Mapping[str, str]) -> str:
    return places.get(page) or f"{before.pages[page].group}/{page}.md, which was removed"


def _pages(home: str) -> frozenset[str]:
    return frozenset([home.partition("#")[0]])
