"""What the turns before say about the message that is typed now."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.choices import AnswerKind, FollowUp
from coach.dialogue.follow_ups import Reading
from coach.search.ranker import NO_PRIOR, Prior
from coach.types import Knowledge, Page, Passage, Turn

# Of the messages that go on from an answer, this share stays on its page, and this one returns to an earlier page.
SHARE_LAST = 0.8
SHARE_EARLIER = 0.1
# After a question back, this share of messages is about one of the guesses that were offered with it.
SHARE_GUESSED = 0.5
# "What about mentors?", "and sponsorship?": the same wish as before, for another subject.
SAME_WISH = re.compile(r"^(and|but|or|what about|how about|what if|same for)\b", re.IGNORECASE)
# Such a message names another page oftener than others do; the best of a grid on the `dev` dialogues.
SHARE_SAME_WISH = 0.2
# A section that is this probable was asked for by name; the wish before does not go on.
CLEAR_WISH = 0.5
# From here on it is likelier than not that a message goes on from the last answer.
GOES_ON = 0.5
# A message too vague to stand alone need only be this likely; the best of a grid on the `dev` dialogues.
VAGUE_GOES_ON = 0.05
# The sections that speak to a reader's place in the house, by their ids; the first that a page has is taken.
SECTIONS_FOR = {
    FollowUp.BOSS: ("boss", "power", "junior", "by-power"),
    FollowUp.MANAGER: ("manager", "executive", "leading", "leaders"),
    FollowUp.JUNIOR: ("junior", "by-power", "one-person", "power", "your-place"),
    FollowUp.OWN: ("own", "own-way", "received", "target", "other-side", "partner", "for-yourself", "my-idea"),
}


@dataclass(frozen=True)
class Context:
    """The turns before, and the passage that the last of them was about (None at the start)."""

    turns: tuple[Turn, ...]
    last: Passage | None

    @property
    def guesses(self) -> tuple[str, ...]:
        """The passages that were offered if the last reply asked back."""
        last = self.turns[-1] if self.turns else None
        return last.near if last and last.kind == AnswerKind.CLARIFY else ()

    @property
    def near(self) -> tuple[str, ...]:
        """What else the last answer could have been, nearest first."""
        return next((turn.near for turn in reversed(self.turns) if turn.kind == AnswerKind.ANSWER), ())

    @property
    def earlier(self) -> tuple[str, ...]:
        """The passages that were asked for before the last one, on other pages, the first one first."""
        asked = [turn.asked for turn in self.turns if turn.kind == AnswerKind.ANSWER]
        return tuple(dict.fromkeys(each for each in asked if _page(each) != self.last.page)) if self.last else ()

    @property
    def shown(self) -> frozenset[str]:
        """Every passage that was shown so far."""
        return frozenset(passage for turn in self.turns for passage in turn.shown)

    def prior(self, text: str, reading: Reading) -> Prior:
        """What the conversation says about the page and the section that `text` is about."""
        if self.guesses:
            return Prior(_shared(map(_page, self.guesses), SHARE_GUESSED))
        if not self.last:
            return NO_PRIOR
        earlier = list(map(_page, self.earlier))
        if reading.wish == FollowUp.BACK and earlier and reading.goes_on >= GOES_ON:
            return Prior(_shared(earlier, SHARE_LAST), reading.goes_on, reading.kinds)
        last = SHARE_SAME_WISH if SAME_WISH.match(text) else SHARE_LAST
        return Prior(_shared(earlier, SHARE_EARLIER) | {self.last.page: last}, reading.goes_on, reading.kinds)

    def same_wish(self, text: str, reading: Reading, page: Page) -> Passage | None:
        """For "what about mentors?": the section of another page that the last one was of this page."""
        asks_for_a_section = reading.wishes[reading.wish] >= CLEAR_WISH
        if not SAME_WISH.match(text) or asks_for_a_section:
            return None
        return page.of_kind(self.last.kind)

    def section_for(self, wish: FollowUp, page: Page) -> Passage | None:
        """The section of `page` that speaks to somebody in the place that `wish` names."""
        by_id = {passage.anchor: passage for passage in page.passages}
        return next((by_id[anchor] for anchor in SECTIONS_FOR.get(wish, ()) if anchor in by_id), None)

    def unseen(self, page: Page) -> list[Passage]:
        """The sections of `page` that were not shown yet."""
        return [passage for passage in page.passages if passage.id not in self.shown]


def read_context(turns: Sequence[Turn], knowledge: Knowledge) -> Context:
    """The context of the next message; a passage that the words no longer hold is forgotten."""
    about = [
        turn.asked if turn.kind == AnswerKind.ANSWER else turn.near[0]
        for turn in turns
        if turn.kind == AnswerKind.ANSWER or (turn.kind == AnswerKind.ESCALATE and turn.near)
    ]
    return Context(tuple(turns), knowledge.passage(about[-1]) if about else None)


def _page(passage: str) -> str:
    return passage.partition("#")[0]


def _shared(pages: Iterable[str], share: float) -> dict[str, float]:
    """The share in equal parts; none for no page."""
    each = list(dict.fromkeys(pages))
    return dict.fromkeys(each, share / max(1, len(each)))
