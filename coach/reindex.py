"""The path of an edit: check all, encode what changed, build, try it, publish by one rename."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from coach import published
from coach.content.knowledge import Checked, check_knowledge
from coach.dialogue.coach import Coach
from coach.dialogue.training import follow_ups_of, labelled_examples, passage_rows, ranker_of, router_of
from coach.errors import CoachError, IndexUnavailable
from coach.figures import count
from coach.search import store
from coach.search.encoder import Encoder
from coach.search.finder import Finder
from coach.search.index import Row, VectorIndex
from coach.search.vector_cache import VectorCache
from coach.self_check import Findings, check_questions, near_duplicates
from coach.settings import Settings
from coach.staleness import is_stale, words_digest

# As many questions are tried out in a second or two, which is what a mere check may take.
QUICKLY_TRIED = 5000
NOT_ENCODED = (
    "Whether questions are alike, and find their own pages, is left to the reindex: there is something to encode."
)
NOT_TRIED = "Whether each question finds its own page is left to the reindex."


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
    findings: Findings


def check(settings: Settings, *, today: date | None = None) -> Checked:
    """The knowledge base, read and checked; raises ContentFaults with everything that is wrong."""
    if not settings.knowledge.is_dir():
        raise CoachError(f"there is no folder {settings.knowledge}; COACH_KNOWLEDGE must name the knowledge base")
    return check_knowledge(settings.knowledge, today=today or date.today())


def look_over(settings: Settings, encoder: Encoder, checked: Checked, *, quickly: bool) -> Findings:
    """What a writer should look at, as far as it can be seen without encoding; notes say what was left out."""
    cache = _cache(settings, encoder)
    if cache.missing([row.text for row in passage_rows(checked.knowledge)]):
        return Findings(checked.remarks, (NOT_ENCODED,))
    if is_stale(settings, encoder.identity) or (quickly and len(checked.questions) > QUICKLY_TRIED):
        return Findings((*checked.remarks, *near_duplicates(checked.questions, cache.vectors)), (NOT_TRIED,))
    _, coach = published.load_coach(settings.index_folder, encoder)
    return _findings(checked, coach.finder, cache)


def reindex(settings: Settings, encoder: Encoder, progress: Progress, *, today: date | None = None) -> Report:
    """Publish the words as they stand now; the old version stays current when anything is wrong."""
    root = settings.index_folder
    with store.publishing_lock(root):
        store.clean_up(root)
        progress.stage("Checking the knowledge base")
        digest = words_digest(settings)
        checked = check(settings, today=today)
        if not is_stale(settings, encoder.identity) and _loads(root):
            version = store.current_version(root)
            findings = look_over(settings, encoder, checked, quickly=False)
            return Report(version, False, store.read_manifest(root, version).counts, 0, 0, findings)
        return _build(settings, encoder, progress, checked, digest)


def _build(settings: Settings, encoder: Encoder, progress: Progress, checked: Checked, digest: str) -> Report:
    knowledge = checked.knowledge
    rows = passage_rows(knowledge)
    labelled = [example.text for example in labelled_examples(knowledge)] + list(knowledge.follow_ups.new_subject)
    texts = list(dict.fromkeys([row.text for row in rows] + labelled))
    cache = _cache(settings, encoder)
    missing = cache.missing(texts)
    if missing:
        progress.stage(f"Encoding {len(missing):,} new texts ({len(texts) - len(missing):,} known)")
        cache.add(missing, encoder.encode(missing, progress=True))
    # Kept before anything can go wrong below: the next attempt need not encode again.
    cache.save(texts)
    progress.stage(f"Learning from {len(labelled):,} labelled messages")
    index = _index(rows, cache)
    router, ranker = router_of(knowledge, cache.vectors, index), ranker_of(knowledge, cache.vectors)
    follow_ups = follow_ups_of(knowledge, cache.vectors)
    progress.stage("Building and trying the index")
    finder = Finder(index, ranker)
    files = published.to_files(Coach(knowledge, finder, follow_ups, router, encoder))
    published.coach_from_files(files, encoder)
    counts = count(knowledge)
    manifest = store.publish(settings.index_folder, files, model=encoder.identity, knowledge=digest, counts=counts)
    # After publishing: what is found here stops nothing, so nobody need wait for it.
    progress.stage(f"Trying {len(checked.questions):,} questions")
    findings = _findings(checked, finder, cache)
    return Report(manifest.version, True, counts, len(missing), len(texts) - len(missing), findings)


def _findings(checked: Checked, finder: Finder, cache: VectorCache) -> Findings:
    found = check_questions(checked.questions, finder, cache.vectors)
    return Findings((*checked.remarks, *found.remarks), found.notes)


def _cache(settings: Settings, encoder: Encoder) -> VectorCache:
    return VectorCache(settings.var / "vectors.safetensors", encoder.identity)


def _index(rows: list[Row], cache: VectorCache) -> VectorIndex:
    return VectorIndex.build(rows, cache.vectors([row.text for row in rows]))


def _loads(root: Path) -> bool:
    """Whether the current version is whole; one that was damaged is built again."""
    try:
        store.load(root)
    except IndexUnavailable:
        return False
    return True
