"""The path of an edit: check all, encode what changed, build, try it, publish by one rename."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np

from coach import published
from coach.content.knowledge import Checked, check_knowledge
from coach.dialogue.coach import Coach
from coach.dialogue.training import follow_ups_of, labelled_examples, passage_rows, ranker_of, router_of
from coach.errors import CoachError, IndexUnavailable, QualityFell
from coach.figures import count
from coach.search import store
from coach.search.encoder import Encoder
from coach.search.finder import Finder
from coach.search.index import Row, VectorIndex
from coach.search.vector_cache import RecallingEncoder, VectorCache
from coach.self_check import Findings, check_questions, near_duplicates
from coach.settings import Settings
from coach.staleness import is_stale, words_digest
from coach.types import Knowledge
from coach.versions import golden, history, summary
from coach.versions.blame import all_edits
from coach.versions.changes import Changes, changes
from coach.versions.golden import Reply, Trial

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
    """What a reindex did: `published` is false when the current version already holds these words.

    `changes` are those since the version that was served before; None where there was none, or nothing changed.
    """

    version: str
    published: bool
    counts: dict[str, int]
    encoded: int
    reused: int
    findings: Findings
    changes: Changes | None = None
    trial: Trial | None = None


@dataclass(frozen=True)
class _Served:
    """What the version that is served says, with which a new one is compared."""

    knowledge: Knowledge | None = None
    replies: dict[str, Reply] = field(default_factory=dict)


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


def reindex(
    settings: Settings, encoder: Encoder, progress: Progress, *, today: date | None = None, accept: str = ""
) -> Report:
    """Publish the words as they stand now; the old version stays current when anything is wrong.

    Raises QualityFell when the golden questions fare worse than before, unless `accept` gives a reason.
    """
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
        return _build(settings, encoder, progress, checked, digest, accept)


def _build(
    settings: Settings, encoder: Encoder, progress: Progress, checked: Checked, digest: str, accept: str
) -> Report:
    knowledge = checked.knowledge
    rows = passage_rows(knowledge)
    labelled = [example.text for example in labelled_examples(knowledge)]
    texts = list(dict.fromkeys([row.text for row in rows] + labelled + golden.texts(checked.golden)))
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
    coach = Coach(knowledge, finder, follow_ups, router, RecallingEncoder(encoder, cache))
    files = published.to_files(coach)
    published.coach_from_files(files, encoder)
    progress.stage(f"Asking {len(checked.golden):,} golden questions")
    served = _served(settings)
    trial = Trial(checked.golden, golden.ask(coach, checked.golden), served.replies)
    done = changes(served.knowledge, knowledge) if served.knowledge else None
    if trial.is_a_fall(settings.gate_tolerance):
        if not accept:
            raise QualityFell(_fall(trial, served, checked, cache))
        trial = replace(trial, accepted=accept)
    files[golden.FILE] = trial.to_file()
    counts = count(knowledge)
    manifest = store.publish(settings.index_folder, files, model=encoder.identity, knowledge=digest, counts=counts)
    _remember(settings, manifest.version, files)
    # After publishing: what is found here stops nothing, so nobody need wait for it.
    progress.stage(f"Trying {len(checked.questions):,} questions")
    findings = _findings(checked, finder, cache)
    return Report(manifest.version, True, counts, len(missing), len(texts) - len(missing), findings, done, trial)


def _served(settings: Settings) -> _Served:
    """What is served now; nothing where there is no index, or one that this program cannot read."""
    try:
        manifest, files = store.load(settings.index_folder)
        knowledge = published.knowledge_from(files[published.KNOWLEDGE])
    except IndexUnavailable:
        return _Served()
    # A process that published it may have been killed before it came to this.
    if manifest.version not in history.versions(settings):
        _remember(settings, manifest.version, files)
    return _Served(knowledge, golden.replies_of(files))


def _remember(settings: Settings, version: str, files: Mapping[str, bytes]) -> None:
    history.keep(settings, version, history.Entry(files[published.KNOWLEDGE], golden.accepted_of(files)))


def _fall(trial: Trial, served: _Served, checked: Checked, cache: VectorCache) -> str:
    """Why the gate refuses, with the questions lost and the edits that took them."""
    done = changes(served.knowledge, checked.knowledge)
    edits = all_edits(done, served.knowledge, checked.knowledge, checked.places)

    def nearness(one: str, other: str) -> float:
        # A question that was removed long ago may have no vector any more.
        return 0.0 if cache.missing([one, other]) else float(np.prod(cache.vectors([one, other]), axis=0).sum())

    return summary.fall(trial, edits, nearness)


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
