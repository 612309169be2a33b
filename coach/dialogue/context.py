"""What the turns before say about the message that is typed now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.choices import AnswerKind, Intent, PassageKind
from coach.search.ranker import Leanings
from coach.types import Knowledge, Page, Passage, Turn

# A message after an answer is more likely about the same page, or about one that was answered before;
# logarithms of odds, the best of a grid on the `dev` dialogues.
LEANING_TO_LAST_PAGE = 7.0
LEANING_TO_EARLIER_PAGE = 2.0
# "What about ...?" may name another page, or another side of this one.
LEANING_WITH_THE_SAME_WISH = 5.0
# "What about mentors?", "and if it's my boss?": the same wish as before, for another subject.
SAME_WISH = re.compile(r"^(and|but|or|what about|how about|what if|same for)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Context:
    """The turns before, and the passage that the last answer was about (None at the start)."""

    turns: tuple[Turn, ...]
    last: Passage | None

    def leanings(self, text: str) -> Leanings:
        """What speaks for pages before `text` is read."""
        if not self.last:
            return Leanings()
        answered = [turn.asked.partition("#")[0] for turn in self.turns if turn.kind == AnswerKind.ANSWER]
        last = LEANING_WITH_THE_SAME_WISH if SAME_WISH.match(text) else LEANING_TO_LAST_PAGE
        return Leanings(dict.fromkeys(answered, LEANING_TO_EARLIER_PAGE) | {self.last.page: last})

    def same_wish(self, text: str, page: Page) -> Passage | None:
        """For "what about mentors?": the section of another page that the last one was of this page."""
        if not SAME_WISH.match(text) or page.id == self.last.page:
            return None
        return page.of_kind(self.last.kind)

    def section(self, page: Page, intent: Intent) -> Passage:
        """The page's section for that wish; where it has none, the first that was not shown yet."""
        wanted = page.of_kind(PassageKind(intent)) if intent in set(PassageKind) else None
        shown = {passage for turn in self.turns for passage in turn.shown}
        unseen = (passage for passage in page.passages if passage.id not in shown)
        return wanted or next(unseen, page.passages[0])


def read_context(turns: Sequence[Turn], knowledge: Knowledge) -> Context:
    """The context of the next message; a passage that the words no longer hold is forgotten."""
    last = next((turn for turn in reversed(turns) if turn.kind == AnswerKind.ANSWER), None)
    return Context(tuple(turns), knowledge.passage(last.asked) if last else None)
