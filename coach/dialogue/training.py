"""What is encoded and what is learned from a knowledge base: the rows of its index, its router and its ranker."""

from collections.abc import Callable, Sequence

import numpy as np

from coach.choices import AnswerKind
from coach.dialogue.router import ANSWER, Example, Router, learn_router
from coach.search.index import Row, VectorIndex
from coach.search.ranker import Asked, Ranker, learn_ranker
from coach.types import Knowledge, Passage

# Texts to their unit vectors, row for row.
Vectors = Callable[[Sequence[str]], np.ndarray]


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


def follow_up_rows(knowledge: Knowledge) -> list[Row]:
    """One row for each follow-up; it leads to the intent that it stands for."""
    return [Row(intent, text) for intent, texts in knowledge.follow_ups.items() for text in texts]


def labelled_examples(knowledge: Knowledge) -> list[Example]:
    """Every message whose route is known: questions of the pages, examples of the boundaries, and follow-ups.

    A follow-up that nothing goes before is a message to ask back about.
    """
    boundaries = [page.boundary for page in knowledge.pages.values() if page.boundary]
    asks_back = next(boundary.route for boundary in boundaries if boundary.reply == AnswerKind.CLARIFY)
    examples = [Example(text, asks_back) for texts in knowledge.follow_ups.values() for text in texts]
    examples += [Example(question, ANSWER) for passage in guidance(knowledge) for question in passage.questions]
    for boundary in boundaries:
        examples += [Example(text, boundary.route) for text in boundary.examples]
        examples += [Example(text, really) for really, texts in boundary.lookalikes.items() for text in texts]
    return examples


def router_of(knowledge: Knowledge, vectors: Vectors, passages: VectorIndex) -> Router:
    """The router that the knowledge base teaches."""
    examples = labelled_examples(knowledge)
    encoded = vectors([example.text for example in examples])
    kinds = {ANSWER: AnswerKind.ANSWER}
    kinds |= {page.id: page.boundary.reply for page in knowledge.pages.values() if page.boundary}
    urgency = {page.id: page.boundary.urgency for page in knowledge.pages.values() if page.boundary}
    return learn_router(examples, encoded, kinds, urgency, passages.nearest_cosines(encoded))


def ranker_of(knowledge: Knowledge, vectors: Vectors) -> Ranker:
    """The ranker that the knowledge base teaches: its titles are questions too, so that no page goes without one."""
    asked = [
        Asked(text, passage.page, passage.kind)
        for passage in guidance(knowledge)
        for text in (_title(knowledge, passage), *passage.questions)
    ]
    kind_of = {passage.id: passage.kind for passage in guidance(knowledge)}
    return learn_ranker(asked, vectors([each.text for each in asked]), kind_of)


def _title(knowledge: Knowledge, passage: Passage) -> str:
    return f"{knowledge.pages[passage.page].title}: {passage.heading}"
