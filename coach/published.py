"""A knowledge base, its index and its router as the files of one published version, and back."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import TypeAdapter

from coach.dialogue.coach import Coach
from coach.dialogue.follow_ups import FollowUpReader
from coach.dialogue.router import Router
from coach.encoders import ANOTHER_MODEL
from coach.errors import IndexDamaged, IndexOfAnotherModel
from coach.search import store
from coach.search.encoder import Encoder
from coach.search.finder import Finder
from coach.search.index import Row, VectorIndex
from coach.search.lexical import WordIndex
from coach.search.ranker import Ranker
from coach.types import Knowledge

KNOWLEDGE = "knowledge.json"
PASSAGES = ("passages.json", "passages.faiss")

_knowledge = TypeAdapter(Knowledge)


def to_files(coach: Coach) -> dict[str, bytes]:
    """All that serving needs: a running chat reads these files and no others."""
    return {
        KNOWLEDGE: _knowledge.dump_json(coach.knowledge),
        **_index_files(coach.finder.index),
        **coach.finder.words.to_files(),
        **coach.finder.ranker.to_files(),
        **coach.follow_ups.to_files(),
        **coach.router.to_files(),
    }


def knowledge_from(data: bytes) -> Knowledge:
    """The words of a published version; raises IndexDamaged when another program wrote them."""
    try:
        return _knowledge.validate_json(data)
    except ValueError as error:
        raise IndexDamaged(f"the words are not what this program expects ({type(error).__name__})") from error


def load_coach(root: Path, encoder: Encoder) -> tuple[str, Coach]:
    """The current version's name and its coach; raises IndexUnavailable with what to do about it."""
    return load_coach_by(root, lambda: encoder)


def load_coach_by(root: Path, encoder: Callable[[], Encoder]) -> tuple[str, Coach]:
    """The same by an encoder that may still be in the making while the rest is read."""
    manifest, files = store.load(root)
    parts = _parts(files)
    by = encoder()
    if manifest.model != by.identity:
        raise IndexOfAnotherModel(ANOTHER_MODEL)
    return manifest.version, Coach(*parts, by)


def coach_from_files(files: Mapping[str, bytes], encoder: Encoder) -> Coach:
    """The coach whose parts `to_files` gave."""
    return Coach(*_parts(files), encoder)


def _parts(files: Mapping[str, bytes]) -> tuple[Knowledge, Finder, FollowUpReader, Router]:
    try:
        return (
            knowledge_from(files[KNOWLEDGE]),
            Finder(_index(files), WordIndex.from_files(files), Ranker.from_files(files)),
            FollowUpReader.from_files(files),
            Router.from_files(files),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise IndexDamaged(f"the index does not hold what this program expects ({type(error).__name__})") from error


def _index_files(index: VectorIndex) -> dict[str, bytes]:
    rows = json.dumps([[row.target, row.text] for row in index.rows])
    return dict(zip(PASSAGES, (rows.encode(), index.to_bytes()), strict=True))


def _index(files: Mapping[str, bytes]) -> VectorIndex:
    rows, vectors = (files[name] for name in PASSAGES)
    return VectorIndex.from_bytes([Row(target, text) for target, text in json.loads(rows)], vectors)
