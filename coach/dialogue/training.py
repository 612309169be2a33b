"""What is encoded and what is learned from a knowledge base: the rows of its index, its router and its ranker."""

import random
import zlib
from typing import TypeVar

import numpy as np

from coach.choices import AnswerKind
from coach.dialogue.follow_ups import ALONE, SECTIONS, FollowUpReader, learn_follow_ups
from coach.dialogue.router import ANSWER, Example, Router, learn_router
from coach.search.index import Row, VectorIndex
from coach.search.learning import Messages
from coach.search.mistyping import mistyped
from coach.search.ranker import Asked, Ranker, learn_ranker
from coach.types import Knowledge, Passage

# Where the adapter should put what only makes sense after an answer.
FOLLOW_UP = "follow-up"
Labelled = TypeVar("Labelled", Example, Asked)


def guidance(knowledge: Knowledge) -> list[Passage]:
    """The passages that can be found: all but the replies of `boundaries/`."""
    return [passage for page in knowledge.pages.values() if not page.boundary for passage in page.passages]


def passage_rows(knowledge: Knowledge) -> list[Row]:
    """One row for each body, title and alternate question."""
    return [
        Row(passage.id, text)
        for passage in guidance(knowledge)
        for text in (_title(knowledge, passage), passage.body, *passage.questions)
    ]


def labelled_examples(knowledge: Knowledge) -> list[Example]:
    """Every message whose route is known: questions of the pages, examples of the boundaries, and follow-ups.

    A follow-up that nothing goes before is a message to ask back about.
    """
    boundaries = [page.boundary for page in knowledge.pages.values() if page.boundary]
    asks_back = next(boundary.route for boundary in boundaries if boundary.reply == AnswerKind.CLARIFY)
    examples = [Example(text, asks_back) for text in knowledge.follow_ups.texts]
    examples += [Example(question, ANSWER) for passage in guidance(knowledge) for question in passage.questions]
    for boundary in boundaries:
        examples += [Example(text, boundary.route) for text in boundary.examples]
        examples += [Example(text, really) for really, texts in boundary.lookalikes.items() for text in texts]
    return examples


def taught(knowledge: Knowledge) -> list[str]:
    """Every message that is learned from, each once: those that are labelled, and half of them once more, mistyped."""
    labelled = [example.text for example in _mistyped_too(labelled_examples(knowledge))]
    return list(dict.fromkeys([*labelled, *knowledge.follow_ups.new_subject]))


def learn(knowledge: Knowledge, known: Messages, passages: VectorIndex) -> tuple[Router, Ranker, FollowUpReader]:
    """All that is learned from the knowledge base; every text of it is among the `known` messages."""
    return router_of(knowledge, known, passages), ranker_of(knowledge, known), follow_ups_of(knowledge, known)


def router_of(knowledge: Knowledge, known: Messages, passages: VectorIndex) -> Router:
    """The router that the knowledge base teaches."""
    clean = labelled_examples(knowledge)
    kinds = {ANSWER: AnswerKind.ANSWER}
    kinds |= {page.id: page.boundary.reply for page in knowledge.pages.values() if page.boundary}
    urgency = {page.id: page.boundary.urgency for page in knowledge.pages.values() if page.boundary}
    unknown = np.array([held_out(example.text) for example in (*clean, *filter(_is_mistyped_too, clean))])
    return learn_router(_mistyped_too(clean), known, kinds, urgency, passages.nearest_cosines, unknown)


def ranker_of(knowledge: Knowledge, known: Messages) -> Ranker:
    """The ranker that the knowledge base teaches: its titles are questions too, so that no page goes without one."""
    passages = guidance(knowledge)
    asked = [Asked(text, passage.page, passage.kind) for passage in passages for text in passage.questions]
    asked = _mistyped_too(asked)
    asked += [Asked(_title(knowledge, passage), passage.page, passage.kind) for passage in passages]
    kind_of = {passage.id: passage.kind for passage in passages}
    return learn_ranker(asked, known, kind_of)


def follow_ups_of(knowledge: Knowledge, known: Messages) -> FollowUpReader:
    """The reader of follow-ups that the knowledge base teaches: all but the vague messages stand alone."""
    going_on = [(text, str(wish)) for wish, texts in knowledge.follow_ups.wishes.items() for text in texts]
    alone = [(question, ALONE) for passage in guidance(knowledge) for question in passage.questions]
    alone += [(text, ALONE) for text in knowledge.follow_ups.new_subject]
    for page in knowledge.pages.values():
        if page.boundary and page.boundary.reply != AnswerKind.CLARIFY:
            alone += [(text, ALONE) for text in page.boundary.examples]
    texts, labels = zip(*going_on, *alone, strict=True)
    return learn_follow_ups(known.of(texts), labels)


def adapter_examples(knowledge: Knowledge) -> list[Asked]:
    """What the adapter of the embedding model learns from: messages with their page or route, and their kind."""
    examples = [
        Asked(text, passage.page, passage.kind) for passage in guidance(knowledge) for text in passage.questions
    ]
    for page in knowledge.pages.values():
        if page.boundary:
            examples += [Asked(text, page.id, "") for text in page.boundary.examples]
            for really, texts in page.boundary.lookalikes.items():
                examples += [Asked(text, "" if really == ANSWER else really, "") for text in texts]
    for wish, texts in knowledge.follow_ups.wishes.items():
        examples += [Asked(text, FOLLOW_UP, wish if wish in SECTIONS else "") for text in texts]
    return [each for each in examples if not held_out(each.text)]


def held_out(text: str) -> bool:
    """Whether the adapter never sees this message: one in ten, to set thresholds on messages that it does not know."""
    return zlib.crc32(text.encode()) % 10 == 0


def _mistyped_too(messages: list[Labelled]) -> list[Labelled]:
    """The messages, and after them half of them as a thumb might have typed them, always in the same way."""
    slipped = [
        each._replace(text=mistyped(each.text, random.Random(each.text))) for each in messages if _is_mistyped_too(each)
    ]
    return messages + slipped


def _is_mistyped_too(message: Labelled) -> bool:
    return zlib.adler32(message.text.encode()) % 2 == 0


def _title(knowledge: Knowledge, passage: Passage) -> str:
    return f"{knowledge.pages[passage.page].title}: {passage.heading}"
