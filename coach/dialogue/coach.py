"""A message and the turns before it to an answer: `Coach.reply` is the whole path of a question."""

from collections.abc import Sequence

import numpy as np

from coach.choices import AnswerKind, Intent
from coach.dialogue.compose import Composer
from coach.dialogue.context import Context, read_context
from coach.dialogue.messages import clean, parts
from coach.dialogue.router import Router
from coach.search.encoder import Encoder
from coach.search.finder import Finder
from coach.search.index import VectorIndex
from coach.types import Answer, Decision, Hit, Knowledge, Passage, Turn

TURNS_KEPT = 6
GUESSES = 3
NEAREST_QUESTIONS = 2


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
            answer = self._answer(text, vector, decision, read_context(turns, self.knowledge))
        turn = Turn(answer.kind, answer.asked, tuple(block.passage for block in answer.blocks))
        return answer, (*turns, turn)[-TURNS_KEPT:]

    def _read(self, text: str) -> tuple[np.ndarray, Decision]:
        """The message's vector, and its route; one call encodes the message and its parts."""
        texts = [text, *parts(text)]
        vectors = self._encoder.encode(texts)
        return vectors[0], self.router.decide(texts, vectors)

    def _answer(self, text: str, vector: np.ndarray, decision: Decision, context: Context) -> Answer:
        hits = self.finder.find(text, vector)
        nearest = max(hit.score for hit in hits)
        if nearest < self.router.thresholds.near:
            # What is near by itself needs no help from the conversation: it may well be a new subject.
            hits = self.finder.find(text, vector, context.leanings(text))
        if decision.kind != AnswerKind.SMALLTALK:
            passage = self._follow_up(text, vector, hits, decision, context)
            if passage or decision.kind == AnswerKind.ANSWER or nearest >= self.router.thresholds.sure:
                passage = passage or self.knowledge.passage(hits[0].passage)
                return self.composer.answer(passage, hits, offer_people=decision.offer_people)
        page = self.knowledge.pages[decision.route]
        if decision.kind == AnswerKind.SMALLTALK or nearest < self.router.thresholds.near:
            return self.composer.boundary(page, self.composer.starters())
        most = GUESSES if decision.kind == AnswerKind.CLARIFY else NEAREST_QUESTIONS
        return self.composer.boundary(page, self.composer.guesses(hits, most=most))

    def _follow_up(
        self, text: str, vector: np.ndarray, hits: Sequence[Hit], decision: Decision, context: Context
    ) -> Passage | None:
        """The passage that a message asks for when it goes on from the last answer; None if it stands alone."""
        # A refusal stays one, whatever was talked about before.
        if not context.last or decision.kind == AnswerKind.DECLINE:
            return None
        nearest = self.follow_ups.nearest(vector, limit=1)[0]
        if nearest.score > max(hit.score for hit in hits):
            return context.section(self.knowledge.pages[context.last.page], Intent(nearest.passage))
        found = self.knowledge.passage(hits[0].passage)
        other = context.same_wish(text, self.knowledge.pages[found.page])
        return other or (found if decision.kind == AnswerKind.CLARIFY else None)
