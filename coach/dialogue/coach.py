"""A message and the turns before it to an answer: `Coach.reply` is the whole path of a question."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from coach.choices import AnswerKind, FollowUp
from coach.dialogue.compose import Composer
from coach.dialogue.context import GOES_ON, VAGUE_GOES_ON, Context, read_context
from coach.dialogue.follow_ups import NOTHING_BEFORE, FollowUpReader, Reading
from coach.dialogue.messages import clean, parts
from coach.dialogue.router import Router
from coach.search.encoder import Encoder
from coach.search.finder import Finder
from coach.types import Answer, Decision, Hit, Knowledge, Passage, Turn

TURNS_KEPT = 6


class Coach:
    """One loaded version of the knowledge base, ready to reply; holds no conversation."""

    def __init__(
        self, knowledge: Knowledge, finder: Finder, follow_ups: FollowUpReader, router: Router, encoder: Encoder
    ):
        self.knowledge, self.finder, self.follow_ups, self.router = knowledge, finder, follow_ups, router
        self.composer = Composer(knowledge)
        self.encoder = encoder

    def reply(self, message: str, turns: Sequence[Turn] = ()) -> tuple[Answer, tuple[Turn, ...]]:
        """The answer, and the turns to hand back with the next message."""
        text = clean(message)
        texts = [text, *parts(text)]
        # One call encodes the message and its parts, for the route, the follow-up and the search alike.
        vectors = self.encoder.encode(texts)
        decision = self.router.decide(texts, vectors)
        if decision.kind == AnswerKind.ESCALATE:
            # Before any search result is looked at: people and numbers never wait for retrieval.
            answer = self.composer.boundary(self.knowledge.pages[decision.route])
            if not self.router.of_danger(decision.route):
                # Only now, and never where a life may be in danger: what the turns after this one may go on with.
                answer = replace(answer, near=(self.finder.find(text, vectors[0])[0].passage,))
        else:
            answer = self._answer(text, vectors[0], decision, read_context(turns, self.knowledge))
        turn = Turn(
            answer.kind,
            answer.asked,
            shown=tuple(block.passage for block in answer.blocks),
            near=answer.near,
            matched=answer.why.matched if answer.why else -1,
        )
        return answer, (*turns, turn)[-TURNS_KEPT:]

    def _answer(self, text: str, vector: np.ndarray, decision: Decision, context: Context) -> Answer:
        page = self.knowledge.pages.get(decision.route)
        if decision.kind == AnswerKind.SMALLTALK:
            return self.composer.boundary(page, self.composer.suggest.starters())
        reading = self.follow_ups.read(text, vector) if context.last else NOTHING_BEFORE
        # A refusal stays one, whatever was talked about before.
        moves = reading.goes_on >= GOES_ON and decision.kind != AnswerKind.DECLINE
        if moves and (answer := self._move(reading, context)):
            return answer
        hits = self.finder.find(text, vector, context.prior(text, reading))
        nearest = max(hit.score for hit in hits)
        clear = decision.kind == AnswerKind.ANSWER or nearest >= self.router.thresholds.sure
        goes_on = decision.kind == AnswerKind.CLARIFY and (reading.goes_on >= VAGUE_GOES_ON or context.guesses)
        if clear or goes_on:
            return self.composer.answer(
                self._asked(text, reading, context, hits), hits, offer_people=decision.offer_people
            )
        if decision.kind == AnswerKind.CLARIFY:
            return self.composer.asks_back(page, hits)
        offered = hits if nearest >= self.router.thresholds.near else ()
        return self.composer.refusal(page, offered)

    def _move(self, reading: Reading, context: Context) -> Answer | None:
        """The reply to a follow-up that needs no search, None when it does."""
        page, last = self.knowledge.pages[context.last.page], context.turns[-1]
        if reading.wish == FollowUp.SHORTER:
            return self.composer.shorter(context.last)
        if reading.wish == FollowUp.EXPLAIN:
            return self.composer.explanation(context.last, last.matched)
        if reading.wish == FollowUp.MORE and (unseen := context.unseen(page)):
            return self.composer.more(context.last, unseen)
        if reading.wish == FollowUp.ANOTHER:
            near = [passage for passage in map(self.knowledge.passage, context.near) if passage]
            return self.composer.instead(near) if near else None
        return None

    def _asked(self, text: str, reading: Reading, context: Context, hits: Sequence[Hit]) -> Passage:
        """The passage that an answer is made around: the best one, unless the conversation asks for another section."""
        best = self.knowledge.passage(hits[0].passage)
        page = self.knowledge.pages[best.page]
        if context.last and best.page != context.last.page:
            return context.same_wish(text, reading, page) or best
        goes_on = reading.goes_on >= GOES_ON
        return (context.section_for(reading.wish, page) if goes_on else None) or best
