"""What was learned once is not learned again, and nothing else is taken for it."""

from unittest.mock import patch

import numpy as np
import pytest
from support import WordEncoder

from coach.search import learning
from coach.search.fit_memory import FitMemory, remembering
from coach.search.learning import Messages, fit

TEXTS = ["what is a sponsor", "how do i sponsor", "what is a mentor", "how do i mentor", "hello", "good morning"]
LABELS = ["sponsor", "sponsor", "mentor", "mentor", "greeting", "greeting"]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "learned"


@pytest.fixture
def rows():
    return Messages(TEXTS, WordEncoder().encode(TEXTS)[:, :384].copy())


def learned(folder, rows, labels=LABELS, **options):
    """The classifier, and how often something had to be learned for it."""
    with remembering(folder), patch.object(learning, "_learn", wraps=learning._learn) as learn:
        return fit(rows, labels, **{"penalty": 1.0} | options), learn.call_count


def same(one, other):
    return one.labels == other.labels and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("coefficients", "intercepts")
    )


def test_the_same_examples_are_learned_from_once(folder, rows):
    first, times = learned(folder, rows)
    again, times_again = learned(folder, rows)
    assert (times, times_again) == (1, 0)
    assert same(first, again)
    assert same(first, fit(rows, LABELS, penalty=1.0))


@pytest.mark.parametrize(
    "other",
    [{"penalty": 2.0}, {"labels": [*LABELS[:-1], "mentor"]}, {"weights": np.arange(1.0, 7.0)}],
    ids=["penalty", "labels", "weights"],
)
def test_anything_else_is_learned_anew(folder, rows, other):
    learned(folder, rows)
    assert learned(folder, rows, **other)[1] == 1


def test_other_rows_are_learned_anew(folder, rows):
    learned(folder, rows)
    moved = Messages(TEXTS, rows.vectors + 0.01)
    other = Messages([*TEXTS[:-1], "goodbye"], rows.vectors)
    assert [learned(folder, each)[1] for each in (moved, other)] == [1, 1]


def test_what_was_not_asked_for_is_forgotten(folder, rows):
    learned(folder, rows)
    learned(folder, rows, penalty=2.0)
    assert len(list(folder.iterdir())) == 1
    assert learned(folder, rows)[1] == 1


def test_a_flipped_bit_costs_time_and_never_gives_another_classifier(folder, rows):
    first, _ = learned(folder, rows)
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    for position in range(0, len(whole), len(whole) // 50):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 4]) + whole[position + 1 :])
        arrays = FitMemory(folder).recall(path.stem, "classifier.coefficients", "classifier.intercepts")
        assert arrays is None or np.array_equal(arrays["classifier.coefficients"], first.coefficients)


def test_a_block_that_fails_forgets_nothing(folder, rows):
    learned(folder, rows)
    with pytest.raises(ValueError, match="stop"), remembering(folder):
        raise ValueError("stop")
    assert learned(folder, rows)[1] == 0


def test_a_flipped_bit_in_the_name_of_an_array_costs_time_too(folder, rows):
    first, _ = learned(folder, rows)
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes().replace(b"classifier.coefficients", b"classifier.goefficients"))
    again, times = learned(folder, rows)
    assert (same(first, again), times) == (True, 1)
