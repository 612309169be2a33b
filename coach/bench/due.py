"""What ages: pages, contacts and facts, each by the day on which somebody should look at it again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from coach.content.rules.reviews import LONGEST_UNREVIEWED
from coach.types import Knowledge

EDITORS = "the editors"


@dataclass(frozen=True, order=True)
class Review:
    """Something to look at by a day: who looks, at which file, and why."""

    due: date
    owner: str
    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.due}  {self.where}: {self.why}"


def reviews(knowledge: Knowledge) -> list[Review]:
    """Every page, contact and ageing fact by the day on which it is due, soonest first."""
    return sorted([*_pages(knowledge), *_contacts(knowledge), *_facts(knowledge)])


def _pages(knowledge: Knowledge) -> Iterator[Review]:
    for page in knowledge.pages.values():
        why = f"last reviewed on {page.reviewed}"
        yield Review(page.reviewed + LONGEST_UNREVIEWED, EDITORS, f"knowledge/{page.group}/{page.id}.md", why)


def _contacts(knowledge: Knowledge) -> Iterator[Review]:
    for contact in knowledge.contacts:
        why = f"'{contact.id}' expires on {contact.expires}"
        # The day before: a crisis line past its date stops a reindex.
        yield Review(contact.expires - timedelta(days=1), contact.owner, "knowledge/contacts.yaml", why)


def _facts(knowledge: Knowledge) -> Iterator[Review]:
    """Facts that age, with the pages that rest on them."""
    resting: dict[tuple[str, str], set[str]] = {}
    for page in knowledge.pages.values():
        for statement in (statement for passage in page.passages for statement in passage.statements):
            for citation in statement.citations:
                resting.setdefault((citation.source, citation.fact), set()).add(page.id)
    for source in knowledge.sources.values():
        for fact, day in source.rechecks.items():
            pages = ", ".join(sorted(resting.get((source.id, fact), ()))) or "no page"
            yield Review(day, EDITORS, f"knowledge/sources/{source.id}.yaml", f"fact {fact} ages; on it rests: {pages}")
