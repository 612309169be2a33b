"""Passages to an Answer: which sections, in which order, and what to offer next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from coach.choices import AnswerKind, ContactKind, Intent, Level, PassageKind, Step
from coach.dialogue.suggest import Suggester
from coach.types import Answer, Block, Contact, Excerpt, Hit, Knowledge, Page, Passage, Suggestion, Turn, Why

# What opens a reply when another section was asked for: its first two sentences are the direct answer.
OPENERS = (PassageKind.DEFINITION, PassageKind.COMPARISON)
DIRECT_SENTENCES = 2
# Advice on what to do is followed by the words for it; everything else by one next step.
WITH_WORDS = PassageKind.HOW_TO
MOST_GUESSES = 3
MOST_MORE = 2
# Next nearest pages: under a refusal, and for "this is not what I meant".
NEAREST_QUESTIONS = 2
ALTERNATIVES = 3
# Where an answer only might be a matter for people, these two are offered with its first line.
OFFERED_CONTACTS = (ContactKind.HR, ContactKind.EAP)
# Two pages whose probabilities differ by less than this factor's logarithm are told as "did you mean".
NEAR_TIE = 0.4


class Composer:
    """Builds answers from one version of the knowledge base."""

    def __init__(self, knowledge: Knowledge):
        self.knowledge = knowledge
        self.suggest = Suggester(knowledge)

    def answer(self, passage: Passage, hits: Sequence[Hit], *, offer_people: bool = False) -> Answer:
        """The reply whose heart is `passage`; `hits` are what else was found, best first.

        The direct answer, the section asked for, at most two more blocks and one next step; the rest of the page
        is there on demand. With `offer_people`, only the direct answer and the people stand at once.
        """
        page = self.knowledge.pages[passage.page]
        direct = self._direct(page, passage)
        asked = [] if direct.passage == passage.id else [_block(passage)]
        blocks = [direct] if offer_people else self._short([direct, *asked], page, passage)
        near = [hit for hit in self._nearest_of_each_page(hits) if _page(hit.passage) != page.id]
        best = next((hit for hit in hits if hit.passage == passage.id), None)
        return self._about(
            page,
            passage,
            blocks,
            topics=(page.id, *(_page(hit.passage) for hit in near[:2])),
            contacts=self.knowledge.contacts_of(OFFERED_CONTACTS) if offer_people else (),
            near=tuple(hit.passage for hit in near[:ALTERNATIVES]),
            unsure=bool(best and near) and best.rank - near[0].rank < NEAR_TIE,
            why=self._why(passage, _place(best.matched if best else "", passage)),
        )

    def shorter(self, passage: Passage) -> Answer:
        """The same answer in a sentence or two."""
        page = self.knowledge.pages[passage.page]
        sentences = 1 if passage.kind in OPENERS else DIRECT_SENTENCES
        return self._about(page, passage, [_block(passage, sentences=sentences)])

    def more(self, passage: Passage, unseen: Sequence[Passage]) -> Answer:
        """What was not shown yet of the page that `passage` stands on."""
        page = self.knowledge.pages[passage.page]
        return self._about(page, unseen[0], [_block(each) for each in unseen[:MOST_MORE]])

    def explanation(self, passage: Passage, matched: int) -> Answer:
        """Why the last answer was given: how it was found, and what it rests on."""
        page = self.knowledge.pages[passage.page]
        evidence = page.of_kind(PassageKind.EVIDENCE)
        blocks = [_block(evidence)] if evidence else [self._direct(page, passage)]
        return self._about(page, passage, blocks, why=self._why(passage, matched), explains=True)

    def instead(self, near: Sequence[Passage]) -> Answer:
        """The first of the passages that may have been meant, and the others as alternatives."""
        hits = [Hit(passage.id, 0.0, "", -float(place)) for place, passage in enumerate(near)]
        return self.answer(near[0], hits)

    def boundary(self, page: Page, suggestions: Sequence[Suggestion] = (), near: Sequence[str] = ()) -> Answer:
        """The reply that a page of `boundaries/` holds, with its contacts."""
        boundary = page.boundary
        blocks = [_block(passage) for passage in page.passages]
        if boundary.reply != AnswerKind.ESCALATE:
            blocks = [_uncited(block) for block in blocks]
        intents = {AnswerKind.ESCALATE: Intent.GET_HELP, AnswerKind.SMALLTALK: Intent.CHITCHAT}
        return self._reply(
            boundary.reply,
            intents.get(boundary.reply, Intent.OTHER),
            blocks,
            asked=page.passages[0].id,
            contacts=self.knowledge.contacts_of(boundary.contacts),
            suggestions=tuple(suggestions),
            near=tuple(near),
        )

    def asks_back(self, page: Page, hits: Sequence[Hit]) -> Answer:
        """One question back, with guesses to tap."""
        return self._offering(page, [hit.passage for hit in self._nearest_of_each_page(hits)][:MOST_GUESSES])

    def refusal(self, page: Page, hits: Sequence[Hit]) -> Answer:
        """What this coach is not for, with the nearest questions that it is for, or what a first visit offers."""
        nearest = [hit.passage for hit in self._nearest_of_each_page(hits)][:NEAREST_QUESTIONS]
        return self._offering(page, nearest) if nearest else self.boundary(page, self.suggest.starters())

    def contacts_before(self, turns: Sequence[Turn]) -> tuple[Contact, ...]:
        """The people that earlier turns pointed to: they stay in sight for the rest of the conversation."""
        escalated = {_page(turn.asked) for turn in turns if turn.kind == AnswerKind.ESCALATE}
        boundaries = [self.knowledge.pages[page].boundary for page in escalated if page in self.knowledge.pages]
        return self.knowledge.contacts_of(
            list(dict.fromkeys(kind for boundary in boundaries for kind in boundary.contacts))
        )

    def _direct(self, page: Page, passage: Passage) -> Block:
        """The first two sentences of what opens a page; all of it when that is what was asked for."""
        opener = next(filter(None, map(page.of_kind, OPENERS)), passage)
        return _block(passage) if passage.kind in OPENERS else _block(opener, sentences=DIRECT_SENTENCES)

    def _short(self, blocks: list[Block], page: Page, passage: Passage) -> list[Block]:
        """`blocks` with what belongs beside them: asking first, the two doors, the words, one next step."""
        words = self.knowledge.small_words
        how_to, what_to_say = page.of_kind(PassageKind.HOW_TO), page.of_kind(PassageKind.WHAT_TO_SAY)
        if page.acts_for_another and passage.kind == PassageKind.WHAT_TO_SAY:
            # A how-to opens with asking by itself.
            blocks.insert(1, self._excerpt(words.ask_first))
        if page.level == Level.ORGANISATION:
            blocks.append(self._excerpt(words.doors))
        if passage.kind == WITH_WORDS and what_to_say:
            blocks.append(_block(what_to_say))
        step = how_to.step(Step.TEN_SECONDS) if how_to else ()
        if step and passage.kind != PassageKind.HOW_TO:
            blocks.append(Block(how_to.kind, words.next_step, how_to.id, step))
        return blocks

    def _excerpt(self, excerpt: Excerpt) -> Block:
        passage = self.knowledge.passage(excerpt.passage)
        chosen = tuple(each for each in passage.statements if each.label in excerpt.labels)
        return Block(passage.kind, excerpt.heading, passage.id, chosen)

    def _why(self, passage: Passage, matched: int) -> Why:
        page = self.knowledge.pages[passage.page]
        cited = {c.source for each in passage.statements for c in each.citations if c.fact}
        evidence = Counter(self.knowledge.sources[source].evidence for source in sorted(cited))
        question = passage.questions[matched] if 0 <= matched < len(passage.questions) else ""
        return Why(matched, question, page.title, passage.heading, page.reviewed, dict(evidence))

    def _about(self, page: Page, passage: Passage, blocks: Sequence[Block], **parts) -> Answer:
        """An answer about a page: the rest of the page behind "show more", and what to ask next."""
        whole = {block.passage for block in blocks if block.statements == self._statements(block.passage)}
        more = tuple(_block(each) for each in page.passages if each.id not in whole)
        near = parts.get("near", ())
        return self._reply(
            AnswerKind.ANSWER,
            page.intent or _intent(passage.kind),
            blocks,
            asked=passage.id,
            roles=page.roles,
            more=more,
            alternatives=self.suggest.asking_for(near),
            suggestions=self.suggest.going_on(page, {block.passage for block in blocks}),
            **{"topics": (page.id,), **parts},
        )

    def _statements(self, passage_id: str) -> tuple:
        return self.knowledge.passage(passage_id).statements

    def _reply(self, kind: AnswerKind, intent: Intent, blocks: Iterable[Block], **parts) -> Answer:
        return Answer(kind, intent, blocks=tuple(blocks), **parts).with_sources(self.knowledge.sources)

    def _offering(self, page: Page, passages: Sequence[str]) -> Answer:
        return self.boundary(page, self.suggest.asking_for(passages), passages)

    def _nearest_of_each_page(self, hits: Iterable[Hit]) -> list[Hit]:
        nearest: dict[str, Hit] = {}
        for hit in hits:
            if self.knowledge.passage(hit.passage):
                nearest.setdefault(_page(hit.passage), hit)
        return list(nearest.values())


def _place(question: str, passage: Passage) -> int:
    """The question's place in the passage, -1 if it is none of its own."""
    return passage.questions.index(question) if question in passage.questions else -1


def _page(passage: str) -> str:
    return passage.partition("#")[0]


def _intent(kind: PassageKind) -> Intent:
    """What a message asks for that a section of this kind answers."""
    return Intent(kind) if kind in set(Intent) else Intent.OTHER


def _block(passage: Passage, *, sentences: int | None = None) -> Block:
    return Block(passage.kind, passage.heading, passage.id, passage.statements[:sentences])


def _uncited(block: Block) -> Block:
    """The block without citations: a refusal, a question back or a greeting rests on no source."""
    return replace(block, statements=tuple(replace(each, citations=()) for each in block.statements))
