"""A knowledge base, its index and its router as the files of one published version, and back."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from coach.dialogue.coach import Coach
from coach.dialogue.router import Router
from coach.errors import IndexDamaged, IndexOfAnotherModel
from coach.search import store
from coach.search.encoder import Encoder
from coach.search.index import Row, VectorIndex
from coach.types import Knowledge

KNOWLEDGE = "knowledge.json"
ROWS = "rows.json"
VECTORS = "vectors.faiss"

_knowledge = TypeAdapter(Knowledge)


def to_files(knowledge: Knowledge, index: VectorIndex, router: Router) -> dict[str, bytes]:
    """All that serving needs: a running chat reads these files and no others."""
    return {
        KNOWLEDGE: _knowledge.dump_json(knowledge),
        ROWS: json.dumps([[row.target, row.text] for row in index.rows]).encode(),
        VECTORS: index.to_bytes(),
        **router.to_files(),
    }


def load_coach(root: Path, encoder: Encoder) -> tuple[str, Coach]:
    """The current version's name and its coach; raises IndexUnavailable with what to do about it."""
    manifest, files = store.load(root)
    if manifest.model != encoder.identity:
        raise IndexOfAnotherModel("the index was built with another embedding model than COACH_MODEL names")
    return manifest.version, coach_from_files(files, encoder)


def coach_from_files(files: Mapping[str, bytes], encoder: Encoder) -> Coach:
    """The coach whose parts `to_files` gave."""
    try:
        knowledge = _knowledge.validate_json(files[KNOWLEDGE])
        rows = [Row(target, text) for target, text in json.loads(files[ROWS])]
        index = VectorIndex.from_bytes(rows, files[VECTORS])
        return Coach(knowledge, index, Router.from_files(files), encoder)
    except (KeyError, ValueError, ValidationError) as error:
        raise IndexDamaged(f"the index does not hold what this program expects ({type(error).__name__})") from error
