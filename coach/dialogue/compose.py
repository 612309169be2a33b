"""Passages to an Answer: which sections, in which order, and what to offer next."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from coach.choices import AnswerKind, ContactKind, Intent, PassageKind
from coach.types import Answer, Block, Contact, Hit, Knowledge, Page, Passage, Suggestion, Turn

# What opens a reply when another section was asked for: its first two sentences are the direct answer.
OPENERS = (PassageKind.DEFINITION, PassageKind.COMPARISON)
DIRECT_SENTENCES = 2
# After the section that was asked for, the one that makes it something to do.
NEXT_SECTION = {
    PassageKind.DEFINITION: PassageKind.HOW_TO,
    PassageKind.COMPARISON: PassageKind.HOW_TO,
    PassageKind.HOW_TO: PassageKind.WHAT_TO_SAY,
    PassageKind.WHAT_TO_SAY: PassageKind.PITFALL,
    PassageKind.EXAMPLE: PassageKind.HOW_TO,
    PassageKind.PITFALL: PassageKind.WHAT_TO_SAY,
    PassageKind.EVIDENCE: PassageKind.HOW_TO,
    PassageKind.MEASURE: PassageKind.HOW_TO,
    PassageKind.REFLECTION: PassageKind.HOW_TO,
}
SUGGESTED = (
    PassageKind.HOW_TO,
    PassageKind.WHAT_TO_SAY,
    PassageKind.EXAMPLE,
    PassageKind.PITFALL,
    PassageKind.EVIDENCE,
    PassageKind.MEASURE,
    PassageKind.DEFINITION,
)
MOST_SUGGESTIONS = 4
# Other pages that are offered under "this is not what I meant".
MOST_NEAR = 3
# Where an answer only might be a matter for people, these two are offered under it.
OFFERED_CONTACTS = (ContactKind.HR, ContactKind.EAP)


class Composer:
    """Builds answers from one version of the knowledge base."""

    def __init__(self, knowledge: Knowledge):
        self.knowledge = knowledge

    def answer(self, passage: Passage, hits: Sequence[Hit], *, offer_people: bool = False) -> Answer:
        """The reply whose heart is `passage`; `hits` are what else was found, nearest first."""
        page = self.knowledge.pages[passage.page]
        blocks = [_block(passage)]
        opener = next(filter(None, map(page.of_kind, OPENERS)), None)
        if opener and passage.kind not in OPENERS:
            blocks.insert(0, _block(opener, sentences=DIRECT_SENTENCES))
        following = page.of_kind(NEXT_SECTION[passage.kind]) if passage.kind in NEXT_SECTION else None
        if following and following.id != passage.id:
            blocks.append(_block(following))
        others = (hit.passage.partition("#")[0] for hit in hits)
        return self._reply(
            AnswerKind.ANSWER,
            page.intent or _intent(passage.kind),
            blocks,
            asked=passage.id,
            topics=tuple(dict.fromkeys([page.id, *others]))[:3],
            roles=page.roles,
            contacts=self._contacts(OFFERED_CONTACTS) if offer_people else (),
            suggestions=self._continue(page, {block.passage for block in blocks}),
            near=self.guesses((hit for hit in hits if not hit.passage.startswith(f"{page.id}#")), most=MOST_NEAR),
        )

    def boundary(self, page: Page, suggestions: Sequence[Suggestion] = ()) -> Answer:
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
            contacts=self._contacts(boundary.contacts),
            suggestions=tuple(suggestions),
        )

    def guesses(self, hits: Iterable[Hit], *, most: int) -> tuple[Suggestion, ...]:
        """Questions that may be meant: the nearest passages of different pages."""
        nearest: dict[str, Passage] = {}
        for hit in hits:
            passage = self.knowledge.passage(hit.passage)
            nearest.setdefault(passage.page, passage)
        return tuple(_ask_for(passage) for passage in list(nearest.values())[:most])

    def starters(self) -> tuple[Suggestion, ...]:
        """What a greeting offers: of what a first visit offers, the first of each group."""
        first: dict[str, Passage] = {}
        for passage in map(self.knowledge.passage, self.knowledge.small_words.starters):
            first.setdefault(self.knowledge.pages[passage.page].group, passage)
        return tuple(_ask_for(passage) for passage in first.values())

    def asked_before(self, turns: Sequence[Turn]) -> tuple[Suggestion, ...]:
        """What the answers of earlier turns were about, to ask for again."""
        passages = map(self.knowledge.passage, dict.fromkeys(turn.asked for turn in turns))
        return tuple(_ask_for(passage) for passage in passages if passage and passage.questions)

    def contacts_before(self, turns: Sequence[Turn]) -> tuple[Contact, ...]:
        """The people that earlier turns pointed to: they stay in sight for the rest of the conversation."""
        escalated = {turn.asked.partition("#")[0] for turn in turns if turn.kind == AnswerKind.ESCALATE}
        boundaries = [self.knowledge.pages[page].boundary for page in escalated if page in self.knowledge.pages]
        return self._contacts(list(dict.fromkeys(kind for boundary in boundaries for kind in boundary.contacts)))

    def _reply(self, kind: AnswerKind, intent: Intent, blocks: Iterable[Block], **parts) -> Answer:
        reply = Answer(kind, intent, blocks=tuple(blocks), **parts)
        cited = dict.fromkeys(citation.source for citation in reply.citations)
        return replace(reply, sources={source: self.knowledge.sources[source] for source in cited})

    def _contacts(self, kinds: Sequence[ContactKind]) -> tuple[Contact, ...]:
        """The contacts of these kinds, kind by kind in the order that the page gives."""
        return tuple(contact for kind in kinds for contact in self.knowledge.contacts if contact.kind == kind)

    def _continue(self, page: Page, shown: set[str]) -> tuple[Suggestion, ...]:
        """Other sections of the page, then one page to read next."""
        labels = self.knowledge.small_words.suggestions
        passages = filter(None, map(page.of_kind, SUGGESTED))
        sections = [
            Suggestion(labels.get(_intent(passage.kind), passage.heading), passage.questions[0])
            for passage in passages
            if passage.id not in shown and passage.questions
        ]
        return (*sections[: MOST_SUGGESTIONS - 1], *self._related(page))

    def _related(self, page: Page) -> tuple[Suggestion, ...]:
        related = self.knowledge.pages[page.related[0]] if page.related else None
        if not related or not related.passages[0].questions:
            return ()
        label = self.knowledge.small_words.page_question.replace("{title}", related.title)
        return (Suggestion(label, related.passages[0].questions[0]),)


def _intent(kind: PassageKind) -> Intent:
    """What a message asks for that a section of this kind answers."""
    return Intent(kind) if kind in set(Intent) else Intent.OTHER


def _block(passage: Passage, *, sentences: int | None = None) -> Block:
    return Block(passage.kind, passage.heading, passage.id, passage.statements[:sentences])


def _uncited(block: Block) -> Block:
    """The block without citations: a refusal, a question back or a greeting rests on no source."""
    return replace(block, statements=tuple(replace(each, citations=()) for each in block.statements))


def _ask_for(passage: Passage) -> Suggestion:
    """A button that asks for `passage`: its first question finds it by construction."""
    return Suggestion(passage.heading, passage.questions[0])
