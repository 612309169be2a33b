"""The labelled messages that figures rest on: well formed, and none of them taught to the coach beforehand."""

import json
import random
from collections import Counter
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from support import WORD

from coach.choices import AnswerKind, Intent
from coach.file_hashes import FileHashes
from coach.search.encoder import PACKAGED, SentenceEncoder, model_folder

DATA = Path(__file__).parent / "data"
# From these on, an answer shows that the coach was told, not that it understands.
SAME_WORDS, SAME_MEANING = 0.6, 0.95
# Of texts without a vector in the cache, as many are encoded: a third of a minute.
SAMPLE, SEED = 600, 7


def rows(name):
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


QUESTIONS, DIALOGUES = rows("questions.jsonl"), rows("dialogues.jsonl")
TURNS = [(dialogue["id"], turn) for dialogue in DIALOGUES for turn in dialogue["turns"]]
MESSAGES = [(question["id"], question) for question in QUESTIONS] + TURNS


@pytest.fixture(scope="module")
def taught(shipped):
    """Every message that the coach learns from: questions, examples and look-alikes."""
    passages = chain.from_iterable(page.passages for page in shipped.pages.values())
    boundaries = [page.boundary for page in shipped.pages.values() if page.boundary]
    texts = [question for passage in passages for question in passage.questions]
    texts += [example for boundary in boundaries for example in boundary.examples]
    return texts + [text for boundary in boundaries for texts in boundary.lookalikes.values() for text in texts]


def test_there_is_enough_of_everything():
    assert len(QUESTIONS) >= 900
    assert len(DIALOGUES) >= 80
    assert {
        dialogue["id"]: len(dialogue["turns"]) for dialogue in DIALOGUES if not 3 <= len(dialogue["turns"]) <= 6
    } == {}


@pytest.mark.parametrize("table", [QUESTIONS, DIALOGUES], ids=["questions", "dialogues"])
def test_ids_are_unique_and_both_splits_near_half(table):
    assert [name for name, count in Counter(row["id"] for row in table).items() if count > 1] == []
    splits = Counter(row["split"] for row in table)
    assert set(splits) == {"dev", "test"}
    assert 0.45 <= splits["dev"] / len(table) <= 0.55


def test_no_question_stands_twice():
    texts = Counter(" ".join(question["text"].casefold().split()) for question in QUESTIONS)
    assert [text for text, count in texts.items() if count > 1 or not text] == []


def test_every_label_names_something_in_the_knowledge_base(shipped):
    assert {where: bad for where, message in MESSAGES if (bad := wrong_labels(message, shipped))} == {}


def wrong_labels(message, knowledge):
    """The labels of a message that lead nowhere; an answer names a page, any other reply a route."""
    pages = {name for name, page in knowledge.pages.items() if not page.boundary}
    routes = {name: page.boundary.reply for name, page in knowledge.pages.items() if page.boundary}
    also = [other for other in message.get("also", []) if other not in pages | set(routes) | {"answer"}]
    if message["kind"] != AnswerKind.ANSWER:
        return also if routes.get(message["route"]) == message["kind"] else [*also, message["route"]]
    if message["page"] not in pages:
        also.append(message["page"])
    passage = message["passage"]
    # A question may be served by a passage of a page that would do as well.
    if passage and (
        not knowledge.passage(passage) or passage.partition("#")[0] not in [message["page"], *message["also"]]
    ):
        also.append(passage)
    return also


def test_every_question_has_a_style_and_an_intent_that_exist():
    intents = {question["intent"] for question in QUESTIONS if question["kind"] == "answer"}
    assert intents <= set(Intent)
    assert min(Counter(question["style"] for question in QUESTIONS).values()) >= 50


def test_no_question_shares_its_words_with_one_that_is_taught(taught):
    """Token Jaccard: words in both, divided by words in either."""
    asked = [question["text"] for question in QUESTIONS]
    ours, theirs = (np.array([len(words(text)) for text in texts], dtype=np.float32) for texts in (asked, taught))
    both = shared_words(asked, taught)
    alike = both / np.maximum(ours[:, None] + theirs[None, :] - both, 1)
    assert near(alike, SAME_WORDS, taught) == {}


@pytest.mark.model
def test_no_question_means_what_one_that_is_taught_means(taught, tmp_path):
    # Without its adapter, which draws the questions of one page together, whoever wrote them.
    encoder = SentenceEncoder(str(model_folder(PACKAGED)), FileHashes(tmp_path / "hashes.json"))
    taught = random.Random(SEED).sample(taught, SAMPLE)
    asked = encoder.encode([question["text"] for question in QUESTIONS])
    assert near(asked @ encoder.encode(taught).T, SAME_MEANING, taught) == {}


def words(text):
    return set(WORD.findall(text.casefold()))


def shared_words(ours, theirs):
    """How many words two texts have in common, an array (len(ours), len(theirs))."""
    vocabulary = {word: column for column, word in enumerate(set().union(*map(words, [*ours, *theirs])))}

    def matrix(texts):
        places = [(row, vocabulary[word]) for row, text in enumerate(texts) for word in words(text)]
        shape = (len(texts), len(vocabulary))
        return csr_array((np.ones(len(places), dtype=np.float32), tuple(zip(*places, strict=True))), shape=shape)

    return (matrix(ours) @ matrix(theirs).T).toarray()


def near(likeness, limit, taught):
    """The questions that come too near to a taught text, each with the nearest."""
    best = likeness.argmax(axis=1)
    too_near = np.flatnonzero(likeness.max(axis=1) >= limit)
    return {QUESTIONS[row]["id"]: (QUESTIONS[row]["text"], taught[best[row]]) for row in too_near}
