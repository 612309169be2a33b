"""Nearest targets by exact cosine, and the vectors that need not be computed again."""

import hashlib
import os
from unittest.mock import patch

import numpy as np
import pytest
from safetensors.numpy import load_file
from support import WordEncoder

from coach.errors import IndexDamaged
from coach.search.index import Row, VectorIndex
from coach.search.vector_cache import VectorCache
from coach.types import Hit

# Unit vectors whose cosines with EAST are easy to name.
EAST, NORTH, WEST = [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]
NEAR_EAST = [0.8, 0.6]
# Bytes at the start of a cache's file in which every bit has a meaning of its own.
HEADER = 300
TEXTS = ["what is a sponsor", "what is a mentor", "hello"]


def vectors(*rows):
    return np.array(rows, dtype=np.float32)


def index_of(*rows):
    """An index over (target, text, vector)."""
    return VectorIndex.build([Row(target, text) for target, text, _ in rows], vectors(*(row[2] for row in rows)))


@pytest.fixture
def index():
    return index_of(
        ("mentor", "to the north", NORTH),
        ("sponsor", "near the east", NEAR_EAST),
        ("coach", "to the west", WEST),
        ("mentor", "to the east", EAST),
        ("sponsor", "to the west too", WEST),
    )


def nearest(index, limit=10):
    return index.nearest(vectors(EAST)[0], limit=limit)


def test_a_target_is_found_once_by_its_best_row(index):
    assert [(hit.passage, hit.matched) for hit in nearest(index)] == [
        ("mentor", "to the east"),
        ("sponsor", "near the east"),
        ("coach", "to the west"),
    ]


def test_a_score_is_the_cosine(index):
    assert [hit.score for hit in nearest(index)] == [1.0, pytest.approx(0.8, abs=1e-7), -1.0]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_no_more_than_the_limit_are_found(index, limit):
    assert nearest(index, limit) == nearest(index)[:limit]


def test_a_target_of_many_near_rows_does_not_hide_the_next(index):
    crowd = [("mentor", f"east {number}", EAST) for number in range(50)]
    assert [hit.passage for hit in nearest(index_of(*crowd, ("coach", "north", NORTH)), 2)] == ["mentor", "coach"]


def test_equal_rows_are_all_found_and_always_in_the_same_order():
    index = index_of(("mentor", "one", EAST), ("sponsor", "two", EAST), ("coach", "three", EAST))
    first = nearest(index)
    assert {(hit.passage, hit.score) for hit in first} == {("mentor", 1.0), ("sponsor", 1.0), ("coach", 1.0)}
    assert all(nearest(index) == first for _ in range(100))


def test_every_text_finds_itself_with_a_cosine_of_one():
    encoded = WordEncoder().encode(TEXTS)
    index = VectorIndex.build([Row(text, text) for text in TEXTS], encoded)
    for text, vector in zip(TEXTS, encoded, strict=True):
        assert index.nearest(vector, limit=1) == [Hit(text, pytest.approx(1.0, abs=1e-6), text)]


@pytest.fixture
def crowd():
    """So many rows that not all of them are read: 3,000 around 30 subjects."""
    random = np.random.default_rng(1)
    subjects = random.standard_normal((30, 16), dtype=np.float32)
    encoded = subjects[np.arange(3000) % 30] + 0.5 * random.standard_normal((3000, 16), dtype=np.float32)
    encoded /= np.linalg.norm(encoded, axis=1, keepdims=True)
    with patch("coach.search.index.EXACT_UP_TO", 1000):
        return encoded, VectorIndex.build([Row(f"page#{n}", f"{n}") for n in range(3000)], encoded)


def test_a_large_index_finds_nearly_all_of_the_exact_first_ten(crowd):
    encoded, index = crowd
    asked = encoded[::100] + 0.02
    found = [{hit.passage for hit in index.nearest(vector, limit=10)} for vector in asked]
    exact = [{f"page#{n}" for n in np.argsort(-encoded @ vector)[:10]} for vector in asked]
    assert np.mean([len(one & other) / 10 for one, other in zip(found, exact, strict=True)]) >= 0.97


def test_a_large_index_reads_only_some_of_its_rows_and_comes_back_from_its_bytes(crowd):
    encoded, index = crowd
    found = index.nearest(encoded[7], limit=3000)
    assert found[0] == Hit("page#7", pytest.approx(1.0, abs=1e-6), "7")
    assert 10 <= len(found) < 3000
    assert VectorIndex.from_bytes(index.rows, index.to_bytes()).nearest(encoded[7], limit=3000) == found


def test_a_score_is_that_of_plain_numpy():
    texts = [f"{one} {two}" for one in "abcdefgh" for two in "abcdefgh"]
    encoded = WordEncoder().encode(texts)
    index = VectorIndex.build([Row(text, text) for text in texts], encoded)
    scores = {hit.passage: hit.score for hit in index.nearest(encoded[5], limit=len(texts))}
    assert [scores[text] for text in texts] == pytest.approx((encoded @ encoded[5]).tolist(), abs=1e-6)


def test_an_index_comes_back_from_its_bytes(index):
    again = VectorIndex.from_bytes(index.rows, index.to_bytes())
    assert again.rows == index.rows
    assert nearest(again) == nearest(index)


@pytest.mark.parametrize("rows", [[], [Row("mentor", "north")] * 4, [Row("mentor", "north")] * 6])
def test_as_many_rows_as_vectors_or_the_index_is_damaged(index, rows):
    with pytest.raises(IndexDamaged, match=f"5 vectors for {len(rows)} texts"):
        VectorIndex.from_bytes(rows, index.to_bytes())


def test_rows_and_vectors_must_agree_when_an_index_is_built():
    with pytest.raises(IndexDamaged, match="2 vectors for 1 texts"):
        VectorIndex.build([Row("mentor", "north")], vectors(NORTH, EAST))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vectors.safetensors"


@pytest.fixture
def saved(path):
    """The vectors of TEXTS, saved under `path`."""
    encoded = WordEncoder().encode(TEXTS)
    cache = VectorCache(path, "words")
    cache.add(TEXTS, encoded)
    cache.save(TEXTS)
    return encoded


def test_without_a_file_every_text_is_missing(path):
    assert VectorCache(path, "words").missing(TEXTS) == TEXTS


def test_what_was_added_is_not_missing_and_the_rest_is_in_order(path, saved):
    cache = VectorCache(path, "words")
    assert cache.missing(["new", *TEXTS, "newer"]) == ["new", "newer"]
    cache.add(["new"], saved[:1])
    assert cache.missing(["new", *TEXTS, "newer"]) == ["newer"]


def test_saved_vectors_come_back_to_the_bit_in_the_order_asked(path, saved):
    assert np.array_equal(VectorCache(path, "words").vectors([TEXTS[2], TEXTS[0]]), saved[[2, 0]])


def test_another_model_knows_none_of_them(path, saved):
    assert VectorCache(path, "other words").missing(TEXTS) == TEXTS


def test_what_is_not_saved_is_forgotten(path, saved):
    VectorCache(path, "words").save(TEXTS[:1])
    assert VectorCache(path, "words").missing(TEXTS) == TEXTS[1:]


def test_a_text_that_differs_in_a_letter_is_another_text(path, saved):
    assert VectorCache(path, "words").missing(["What is a sponsor"]) == ["What is a sponsor"]


def test_the_seal_stays_as_it_was(path, saved):
    # With another one, every cache that there is would be encoded anew.
    tensors = load_file(path)
    whole = hashlib.sha256(tensors["keys"].tobytes() + tensors["vectors"].tobytes())
    assert tensors["seal"].tobytes() == whole.digest()


def test_as_many_vectors_as_texts_are_added_or_none(path):
    with pytest.raises(ValueError, match="shorter"):
        VectorCache(path, "words").add(TEXTS, vectors(NORTH))


def test_saving_leaves_one_file(path, saved):
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("keep", [0, 1, 7, 8, 100, -1])
def test_a_file_cut_short_is_as_good_as_none(path, saved, keep):
    path.write_bytes(path.read_bytes()[:keep])
    assert VectorCache(path, "words").missing(TEXTS) == TEXTS


def test_a_flipped_bit_costs_time_and_never_gives_another_vector(path, saved):
    whole = path.read_bytes()
    for position in [*range(HEADER), *range(HEADER, len(whole), 7)]:
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << position % 8]) + whole[position + 1 :])
        cache = VectorCache(path, "words")
        assert cache.missing(TEXTS) == TEXTS or np.array_equal(cache.vectors(TEXTS), saved)


@pytest.mark.parametrize("data", [b"not a cache", b"\x02\0\0\0\0\0\0\0{}", b"\xff" * 100])
def test_a_file_of_something_else_is_as_good_as_none(path, data):
    path.write_bytes(data)
    assert VectorCache(path, "words").missing(TEXTS) == TEXTS


def test_a_folder_in_its_place_is_as_good_as_none(path):
    path.mkdir()
    assert VectorCache(path, "words").missing(TEXTS) == TEXTS


def test_a_save_that_is_interrupted_keeps_the_old_file(path, saved):
    failure = OSError("the disk is gone")
    with patch.object(os, "replace", side_effect=failure), pytest.raises(OSError, match="the disk is gone"):
        VectorCache(path, "words").save(TEXTS[:1])
    assert VectorCache(path, "words").missing(TEXTS) == []
