"""A knowledge base, its index and its router as the files of one published version, and back."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

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
PASSAGES = "passages"

_knowledge = TypeAdapter(Knowledge)


def to_files(coach: Coach) -> dict[str, bytes]:
    """All that serving needs: a running chat reads these files and no others."""
    return {
        KNOWLEDGE: _knowledge.dump_json(coach.knowledge),
        **_index_files(PASSAGES, coach.finder.index),
        **coach.finder.words.to_files(),
        **coach.finder.ranker.to_files(),
        **coach.follow_ups.to_files(),
        **coach.router.to_files(),
    }


def knowledge_from(data: bytes) -> Knowledge:
    """The words of a published version; raises IndexDamaged when another program wrote them."""
    try:
        return _knowledge.validate_json(data)
    except (ValueError, ValidationError) as error:
        raise IndexDamaged(f"the words are not what this program expects ({type(error).__name__})") from error


def load_coach(root: Path, encoder: Encoder) -> tuple[str, Coach]:
    """The current version's name and its coach; raises IndexUnavailable with what to do about it."""
    manifest, files = store.load(root)
    if manifest.model != encoder.identity:
        raise IndexOfAnotherModel(ANOTHER_MODEL)
    return manifest.version, coach_from_files(files, encoder)


def coach_from_files(files: Mapping[str, bytes], encoder: Encoder) -> Coach:
    """The coach whose parts `to_files` gave."""
    try:
        return Coach(
            _knowledge.validate_json(files[KNOWLEDGE]),
            Finder(_index(PASSAGES, files), WordIndex.from_files(files), Ranker.from_files(files)),
            FollowUpReader.from_files(files),
            Router.from_files(files),
            encoder,
        )
    except (KeyError, ValueError, TypeError, ValidationError) as error:
        raise IndexDamaged(f"the index does not hold what this program expects ({type(error).__name__})") from error


def _index_files(name: str, index: VectorIndex) -> dict[str, bytes]:
    rows = json.dumps([[row.target, row.text] for row in index.rows])
    return {f"{name}.json": rows.encode(), f"{name}.faiss": index.to_bytes()}


def _index(name: str, files: Mapping[str, bytes]) -> VectorIndex:
    rows = [Row(target, text) for target, text in json.loads(files[f"{name}.json"])]
    return VectorIndex.from_bytes(rows, files[f"{name}.faiss"])
