"""A message and the turns before it to an answer: `Coach.reply` is the whole path of a question."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from coach.choices import AnswerKind, Intent, PassageKind
from coach.dialogue.compose import Composer
from coach.dialogue.router import Router
from coach.errors import MessageRefused
from coach.search.encoder import Encoder
from coach.search.finder import Finder
from coach.search.index import VectorIndex
from coach.types import Answer, Decision, Hit, Knowledge, Page, Passage, Turn

LONGEST_MESSAGE = 2000
# The model reads some 250 word pieces and no further, about this many characters of English.
WINDOW = 900
TURNS_KEPT = 6
GUESSES = 3
NEAREST_QUESTIONS = 2
# "What about mentors?", "and if it's my boss?": the same wish as before, for another subject.
SAME_WISH = re.compile(r"^(and|but|or|what about|how about|what if|same for)\b", re.IGNORECASE)
LONGEST_FOLLOW_UP = 8


class Coach:
    """One loaded version of the knowledge base, ready to reply; holds no conversation."""

    def __init__(self, knowledge: Knowledge, finder: Finder, follow_ups: VectorIndex, router: Router, encoder: Encoder):
        self.knowledge, self.finder, self.follow_ups, self.router = knowledge, finder, follow_ups, router
        self.composer = Composer(knowledge)
        self._encoder = encoder

    def reply(self, message: str, turns: Sequence[Turn] = ()) -> tuple[Answer, tuple[Turn, ...]]:
        """The answer, and the turns to hand back with the next message."""
        text = clean(message)
        vector, decision = self._read(text)
        if decision.kind == AnswerKind.ESCALATE:
            # Before any search result is looked at: people and numbers never wait for retrieval.
            answer = self.composer.boundary(self.knowledge.pages[decision.route])
        else:
            answer = self._search(text, vector, decision, turns)
        turn = Turn(answer.kind, answer.asked, tuple(block.passage for block in answer.blocks))
        return answer, (*turns, turn)[-TURNS_KEPT:]

    def _read(self, text: str) -> tuple[np.ndarray, Decision]:
        """The message's vector, and its route: an escalation in any part of a long message is one."""
        parts = [text, *windows(text)]
        vectors = self._encoder.encode(parts)
        decisions = list(map(self.router.decide, parts, vectors))
        urgent = (decision for decision in decisions if decision.kind == AnswerKind.ESCALATE)
        return vectors[0], next(urgent, decisions[0])

    def _search(self, text: str, vector: np.ndarray, decision: Decision, turns: Sequence[Turn]) -> Answer:
        hits = self.finder.find(text, vector)
        passage = None
        if decision.kind != AnswerKind.SMALLTALK:
            passage = self._follow_up(text, vector, hits, turns)
        if passage is None and decision.kind == AnswerKind.ANSWER:
            passage = self.knowledge.passage(hits[0].passage)
        if passage:
            return self.composer.answer(passage, hits, offer_people=decision.offer_people)
        page = self.knowledge.pages[decision.route]
        if decision.kind == AnswerKind.SMALLTALK:
            return self.composer.boundary(page, self.composer.starters())
        most = GUESSES if decision.kind == AnswerKind.CLARIFY else NEAREST_QUESTIONS
        return self.composer.boundary(page, self.composer.guesses(hits, most=most))

    def _follow_up(self, text: str, vector: np.ndarray, hits: Sequence[Hit], turns: Sequence[Turn]) -> Passage | None:
        """The passage a short message asks for when it is read after the last answer; None if it stands alone."""
        last = next((turn for turn in reversed(turns) if turn.kind == AnswerKind.ANSWER), None)
        # The words may have changed since: then the last turn's passage may be gone.
        asked = self.knowledge.passage(last.asked) if last else None
        if not asked or len(text.split()) > LONGEST_FOLLOW_UP:
            return None
        nearest = self.follow_ups.nearest(vector, limit=1)[0]
        if nearest.score > max(hit.score for hit in hits):
            return self._another_section(self.knowledge.pages[asked.page], Intent(nearest.passage), turns)
        if SAME_WISH.match(text):
            other = self.knowledge.passage(hits[0].passage)
            return self.knowledge.pages[other.page].of_kind(asked.kind) or other
        return None

    def _another_section(self, page: Page, intent: Intent, turns: Sequence[Turn]) -> Passage:
        """The page's section for that wish; where it has none, the first that was not shown yet."""
        wanted = page.of_kind(PassageKind(intent)) if intent in set(PassageKind) else None
        shown = {passage for turn in turns for passage in turn.shown}
        unseen = (passage for passage in page.passages if passage.id not in shown)
        return wanted or next(unseen, page.passages[0])


def windows(text: str) -> list[str]:
    """A long text in pieces that overlap by half, so that nothing in it is read only in part; [] for a short one."""
    if len(text) <= WINDOW:
        return []
    return [text[start : start + WINDOW] for start in range(0, len(text) - WINDOW // 2, WINDOW // 2)]


def clean(message: str) -> str:
    """The message in one form of Unicode, trimmed; raises MessageRefused when it can't be read."""
    if not isinstance(message, str):
        raise MessageRefused("the message must be text")
    try:
        message.encode()
    except UnicodeEncodeError:
        raise MessageRefused("the message holds half a character (a lone surrogate); type it again") from None
    text = unicodedata.normalize("NFC", message)
    text = "".join(" " if unicodedata.category(character) == "Cc" else character for character in text).strip()
    if not text:
        raise MessageRefused("the message is empty; type a question")
    if len(text) > LONGEST_MESSAGE:
        raise MessageRefused(f"the message has {len(text)} characters; {LONGEST_MESSAGE} is the most")
    return text
