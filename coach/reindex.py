"""The path of an edit: check all, encode what changed, build, try it, publish by one rename."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from coach import published
from coach.content.knowledge import read_knowledge
from coach.dialogue.coach import Coach
from coach.dialogue.training import follow_up_rows, labelled_examples, passage_rows, ranker_of, router_of
from coach.errors import CoachError, IndexUnavailable
from coach.search import store
from coach.search.encoder import Encoder
from coach.search.finder import Finder
from coach.search.index import Row, VectorIndex
from coach.search.vector_cache import VectorCache
from coach.settings import Settings
from coach.staleness import is_stale, words_digest
from coach.types import Knowledge


class Progress(Protocol):
    """Told about each stage as it starts."""

    def stage(self, what: str) -> None:
        """A stage begins."""


@dataclass(frozen=True)
class Report:
    """What a reindex did: `published` is false when the current version already holds these words."""

    version: str
    published: bool
    counts: dict[str, int]
    encoded: int
    reused: int


def check(settings: Settings, *, today: date | None = None) -> Knowledge:
    """The knowledge base, read and checked; raises ContentFaults with everything that is wrong."""
    if not settings.knowledge.is_dir():
        raise CoachError(f"there is no folder {settings.knowledge}; COACH_KNOWLEDGE must name the knowledge base")
    return read_knowledge(settings.knowledge, today=today or date.today())


def reindex(settings: Settings, encoder: Encoder, progress: Progress, *, today: date | None = None) -> Report:
    """Publish the words as they stand now; the old version stays current when anything is wrong."""
    root = settings.index_folder
    with store.publishing_lock(root):
        store.clean_up(root)
        progress.stage("Checking the knowledge base")
        digest = words_digest(settings)
        knowledge = check(settings, today=today)
        if not is_stale(settings, encoder.identity) and _loads(root):
            version = store.current_version(root)
            return Report(version, False, store.read_manifest(root, version).counts, 0, 0)
        return _build(settings, encoder, progress, knowledge, digest)


def _build(settings: Settings, encoder: Encoder, progress: Progress, knowledge: Knowledge, digest: str) -> Report:
    rows, follow_ups = passage_rows(knowledge), follow_up_rows(knowledge)
    labelled = [example.text for example in labelled_examples(knowledge)]
    texts = list(dict.fromkeys([row.text for row in [*rows, *follow_ups]] + labelled))
    cache = VectorCache(settings.var / "vectors.safetensors", encoder.identity)
    missing = cache.missing(texts)
    if missing:
        progress.stage(f"Encoding {len(missing):,} new texts ({len(texts) - len(missing):,} known)")
        cache.add(missing, encoder.encode(missing, progress=True))
    # Kept before anything can go wrong below: the next attempt need not encode again.
    cache.save(texts)
    progress.stage(f"Learning from {len(labelled):,} labelled messages")
    router, ranker = router_of(knowledge, cache.vectors), ranker_of(knowledge, cache.vectors)
    progress.stage("Building and trying the index")
    finder = Finder(_index(rows, cache), ranker)
    files = published.to_files(Coach(knowledge, finder, _index(follow_ups, cache), router, encoder))
    published.coach_from_files(files, encoder)
    counts = count(knowledge)
    manifest = store.publish(settings.index_folder, files, model=encoder.identity, knowledge=digest, counts=counts)
    return Report(manifest.version, True, counts, len(missing), len(texts) - len(missing))


def _index(rows: list[Row], cache: VectorCache) -> VectorIndex:
    return VectorIndex.build(rows, cache.vectors([row.text for row in rows]))


def _loads(root: Path) -> bool:
    """Whether the current version is whole; one that was damaged is built again."""
    try:
        store.load(root)
    except IndexUnavailable:
        return False
    return True


def count(knowledge: Knowledge) -> dict[str, int]:
    """How much there is of everything a maintainer counts."""
    passages = [passage for page in knowledge.pages.values() for passage in page.passages]
    counts = Counter(pages=len(knowledge.pages), passages=len(passages), sources=len(knowledge.sources))
    counts["statements"] = sum(len(passage.statements) for passage in passages)
    counts["questions"] = sum(len(passage.questions) for passage in passages)
    boundaries = [page.boundary for page in knowledge.pages.values() if page.boundary]
    counts["examples"] = sum(len(boundary.examples) for boundary in boundaries)
    counts["lookalikes"] = sum(len(texts) for boundary in boundaries for texts in boundary.lookalikes.values())
    return dict(counts)
