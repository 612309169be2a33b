"""What is encoded and what is learned from a knowledge base: the rows of its index, and its router."""

import numpy as np

from coach.choices import AnswerKind
from coach.dialogue.coach import FOLLOW_UP
from coach.dialogue.router import ANSWER, Example, Router, learn
from coach.search.index import Row
from coach.types import Knowledge


def index_rows(knowledge: Knowledge) -> list[Row]:
    """One row for each body, title and alternate question of the guidance, and for each follow-up."""
    rows = []
    for page in knowledge.pages.values():
        if page.boundary:
            continue
        for passage in page.passages:
            texts = (f"{page.title}: {passage.heading}", passage.body, *passage.questions)
            rows += [Row(passage.id, text) for text in texts]
    for intent, texts in knowledge.follow_ups.items():
        rows += [Row(FOLLOW_UP + intent, text) for text in texts]
    return rows


def labelled_examples(knowledge: Knowledge) -> list[Example]:
    """Every message whose route is known: questions of the pages, examples of the boundaries, and follow-ups.

    A follow-up that nothing goes before is a message to ask back about.
    """
    pages = knowledge.pages.values()
    asks_back = next(page.id for page in pages if page.boundary and page.boundary.reply == AnswerKind.CLARIFY)
    examples = [Example(text, asks_back) for texts in knowledge.follow_ups.values() for text in texts]
    for page in pages:
        questions = (question for passage in page.passages for question in passage.questions)
        examples += [Example(question, ANSWER) for question in questions]
        if page.boundary:
            examples += [Example(text, page.boundary.route) for text in page.boundary.examples]
            for really, texts in page.boundary.lookalikes.items():
                examples += [Example(text, really) for text in texts]
    return examples


def learn_router(knowledge: Knowledge, examples: list[Example], vectors: np.ndarray) -> Router:
    """The router for a knowledge base from its labelled examples and their vectors, row for row."""
    kinds = {ANSWER: AnswerKind.ANSWER}
    kinds |= {page.id: page.boundary.reply for page in knowledge.pages.values() if page.boundary}
    return learn(examples, vectors, kinds)
