"""What to offer next: buttons that ask for other sections, other pages, and what may have been meant."""

from collections.abc import Iterable, Iterator, Sequence

from coach.choices import FollowUp, Intent, PassageKind
from coach.dialogue.context import SECTIONS_FOR
from coach.types import Knowledge, Page, Passage, Suggestion, Turn

SUGGESTED = (
    PassageKind.HOW_TO,
    PassageKind.WHAT_TO_SAY,
    PassageKind.EXAMPLE,
    PassageKind.EVIDENCE,
    PassageKind.MEASURE,
    PassageKind.DEFINITION,
)
MOST_SUGGESTIONS = 4


class Suggester:
    """Makes suggestions from one version of the knowledge base; each is a question that finds its passage."""

    def __init__(self, knowledge: Knowledge):
        self.knowledge, self._words = knowledge, knowledge.small_words

    def starters(self) -> tuple[Suggestion, ...]:
        """What a greeting offers: of what a first visit offers, the first of each group."""
        first: dict[str, str] = {}
        for starter in self._words.starters:
            first.setdefault(self.knowledge.pages[starter.partition("#")[0]].group, starter)
        return self.asking_for(first.values())

    def asked_before(self, turns: Sequence[Turn]) -> tuple[Suggestion, ...]:
        """What the answers of earlier turns were about, to ask for again."""
        return self.asking_for(dict.fromkeys(turn.asked for turn in turns))

    def asking_for(self, passages: Iterable[str]) -> tuple[Suggestion, ...]:
        """Buttons that ask for passages, which read as their headings."""
        found = filter(None, map(self.knowledge.passage, passages))
        return tuple(Suggestion(passage.heading, passage.questions[0]) for passage in found if passage.questions)

    def going_on(self, page: Page, shown: set[str]) -> tuple[Suggestion, ...]:
        """One more section, how this backfires, the reader's place in the house, then one page to read next."""
        sections = [(each, self._label(each)) for each in map(page.of_kind, SUGGESTED) if each and each.id not in shown]
        pitfall = page.of_kind(PassageKind.PITFALL)
        ordered = [*sections[:1], *([(pitfall, self._label(pitfall))] if pitfall else [])]
        ordered += [*self._places(page), *sections[1:]]
        offered = [
            Suggestion(label, passage.questions[0])
            for passage, label in ordered
            if passage.id not in shown and passage.questions
        ]
        related = self._related(page)
        return (*offered[: MOST_SUGGESTIONS - len(related)], *related)

    def _label(self, passage: Passage) -> str:
        intent = Intent(passage.kind) if passage.kind in set(Intent) else Intent.OTHER
        return self._words.suggestions.get(intent, passage.heading)

    def _places(self, page: Page) -> Iterator[tuple[Passage, str]]:
        """The section that speaks to the reader's own power, which the button asks for."""
        for wish in (FollowUp.MANAGER, FollowUp.JUNIOR):
            passage = next((each for each in page.passages if each.anchor in SECTIONS_FOR[wish]), None)
            if passage and wish in self._words.places:
                yield passage, self._words.places[wish]

    def _related(self, page: Page) -> tuple[Suggestion, ...]:
        related = self.knowledge.pages[page.related[0]] if page.related else None
        if not related or not related.passages[0].questions:
            return ()
        label = self._words.page_question.replace("{title}", related.title)
        return (Suggestion(label, related.passages[0].questions[0]),)
