"""What differs between two versions of the words: pages, passages and questions added, changed and removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coach.types import Knowledge, Page


@dataclass(frozen=True)
class Difference:
    """What was added, changed and removed among things of one kind, each by its name, in order."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is a difference at all."""
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True)
class Changes:
    """The differences by kind; a question is named by its text, and changed when another section has it now."""

    pages: Difference
    passages: Difference
    questions: Difference

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return self.pages.any or self.passages.any or self.questions.any


def changes(before: Knowledge, after: Knowledge) -> Changes:
    """What an edit that led from `before` to `after` did."""
    return Changes(*(_difference(part(before), part(after)) for part in (_pages, _passages, homes)))


def homes(knowledge: Knowledge) -> dict[str, str]:
    """Every message that the coach learns from, with the passage or route that it leads to."""
    found = dict.fromkeys(knowledge.follow_ups.new_subject, "new_subject")
    found |= {text: str(wish) for wish, texts in knowledge.follow_ups.wishes.items() for text in texts}
    for page in knowledge.pages.values():
        found |= {text: passage.id for passage in page.passages for text in passage.questions}
        if page.boundary:
            found |= dict.fromkeys(page.boundary.examples, page.id)
            found |= {text: route for route, texts in page.boundary.lookalikes.items() for text in texts}
    return found


def _pages(knowledge: Knowledge) -> dict[str, Page]:
    return knowledge.pages


def _passages(knowledge: Knowledge) -> dict[str, Any]:
    # Its questions are counted by themselves.
    return {
        passage.id: (passage.heading, passage.kind, passage.statements)
        for page in knowledge.pages.values()
        for passage in page.passages
    }


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    return Difference(
        added=tuple(name for name in after if name not in before),
        changed=tuple(name for name in after if name in before and before[name] != after[name]),
        removed=tuple(name for name in before if name not in after),
    )
