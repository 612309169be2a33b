"""The path of an edit: check all, encode what changed, build, try it, publish by one rename."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from coach import file_hashes, published
from coach.content.knowledge import Checked, check_knowledge
from coach.dialogue.coach import Coach
from coach.dialogue.training import follow_ups_of, passage_rows, ranker_of, router_of, taught
from coach.encoders import clean_up_exports, export_path, has_export, make_export, prune_exports
from coach.errors import CoachError, ExportImpossible, IndexUnavailable
from coach.figures import count
from coach.file_hashes import FileHashes, remembered_hashes
from coach.search import store
from coach.search.encoder import Encoder, ExportingEncoder
from coach.search.finder import Finder
from coach.search.fit_memory import remembering
from coach.search.index import Row, VectorIndex
from coach.search.lexical import WordIndex
from coach.search.onnx_export import export_name
from coach.search.store import Manifest
from coach.search.vector_cache import RecallingEncoder, VectorCache
from coach.self_check import Findings, check_questions, near_duplicates
from coach.settings import Settings
from coach.staleness import is_stale, words_digest
from coach.types import Knowledge
from coach.versions import gate, golden
from coach.versions.changes import Changes, changes
from coach.versions.golden import Trial

# As many questions are tried out in a second or two, which is what a mere check may take.
QUICKLY_TRIED = 5000
NOT_ENCODED = (
    "Whether questions are alike, and find their own pages, is left to the reindex: there is something to encode."
)
EXPORTED_ANEW = "The words are those that were served before; the model was exported for serving them, as {}."
NOT_TRIED = "Whether each question finds its own page is left to the reindex."


class Progress(Protocol):
    """Told about each stage as it starts."""

    def stage(self, what: str) -> None:
        """A stage begins."""


@dataclass(frozen=True)
class Report:
    """What a reindex did: `published` is false when the current version already holds these words.

    `changes` are those since the version that was served before, None where there was none; `trial` is how the golden
    questions fared. Both are None where nothing was published.
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
class _Task:
    """One reindex: what it makes, of what, and whom it tells."""

    settings: Settings
    encoder: ExportingEncoder
    progress: Progress
    checked: Checked
    hashes: FileHashes
    digest: str
    accept: str


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
    settings: Settings,
    encoder: ExportingEncoder,
    progress: Progress,
    *,
    today: date | None = None,
    accept: str = "",
) -> Report:
    """Publish the words as they stand now; the old version stays current when anything is wrong.

    Raises QualityFell when the golden questions fare worse than before, unless `accept` gives a reason.
    """
    root, hashes = settings.index_folder, remembered_hashes(settings)
    with store.publishing_lock(root):
        _clean_up(settings)
        progress.stage("Checking the knowledge base")
        digest = words_digest(settings, hashes)
        task = _Task(settings, encoder, progress, check(settings, today=today), hashes, digest, accept)
        report = _bring_up_to_date(task, *_current(root))
        prune_exports(settings)
        hashes.save()
        return report


def _clean_up(settings: Settings) -> None:
    """Remove what was left by whoever was killed before."""
    store.clean_up(settings.index_folder)
    clean_up_exports(settings)
    file_hashes.clean_up(settings)


def _bring_up_to_date(task: _Task, manifest: Manifest | None, files: dict[str, bytes]) -> Report:
    """Build what is stale and no more; `files` are those of the current version, whose manifest is given."""
    if manifest and manifest.model != task.encoder.identity:
        manifest = None
    exports, notes = _exports(task, manifest)
    if not manifest or manifest.knowledge != task.digest:
        report = _build(task, exports)
    elif manifest.exports != exports:
        report = _publish_export(task, files, exports)
    else:
        found = look_over(task.settings, task.encoder, task.checked, quickly=False)
        report = Report(manifest.version, False, manifest.counts, 0, 0, found)
    return replace(report, findings=replace(report.findings, notes=(*notes, *report.findings.notes)))


def _publish_export(task: _Task, files: dict[str, bytes], exports: dict[str, str]) -> Report:
    """The same words for another export of the model, which has to pass the gate as an edit has."""
    precision, encoder = task.settings.precision, task.encoder
    if exports[export_name(precision)]:
        encoder = encoder.exported(export_path(task.settings, encoder.identity))
    task.progress.stage(f"Asking {len(task.checked.golden):,} golden questions")
    trial, done = _trial(task, published.coach_from_files(files, encoder), _cache(task.settings, task.encoder))
    manifest = _publish(task, files | {golden.FILE: trial.to_file()}, exports)
    findings = look_over(task.settings, task.encoder, task.checked, quickly=False)
    findings = replace(findings, notes=(EXPORTED_ANEW.format(precision), *findings.notes))
    return Report(manifest.version, True, manifest.counts, 0, 0, findings, done, trial)


def texts_to_encode(checked: Checked) -> list[str]:
    """Every text whose vector a reindex needs, each once."""
    rows = [row.text for row in passage_rows(checked.knowledge)]
    return list(dict.fromkeys([*rows, *_labelled(checked.knowledge), *golden.texts(checked.golden)]))


def _labelled(knowledge: Knowledge) -> list[str]:
    return [example.text for example in taught(knowledge)] + list(knowledge.follow_ups.new_subject)


def _exports(task: _Task, manifest: Manifest | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """The SHA-256 of each export of the model, made now if it is not there, and what to say about it."""
    known = manifest.exports if manifest else {}
    if manifest and has_export(task.settings, manifest, task.hashes):
        return known, ()
    task.progress.stage("Exporting the model for serving")
    name = export_name(task.settings.precision)
    try:
        return known | {name: make_export(task.settings, task.encoder)}, ()
    except ExportImpossible as error:
        return known | {name: ""}, (f"The model cannot be exported, so sentence-transformers serves it: {error}.",)


def _build(task: _Task, exports: dict[str, str]) -> Report:
    knowledge, encoder, progress = task.checked.knowledge, task.encoder, task.progress
    rows, labelled, texts = passage_rows(knowledge), _labelled(knowledge), texts_to_encode(task.checked)
    cache = _cache(task.settings, encoder)
    missing = cache.missing(texts)
    if missing:
        progress.stage(f"Encoding {len(missing):,} new texts ({len(texts) - len(missing):,} known)")
        cache.add(missing, encoder.encode(missing, progress=True))
    # Kept before anything can go wrong below: the next attempt need not encode again.
    cache.save(texts)
    progress.stage(f"Learning from {len(labelled):,} labelled messages")
    index = _index(rows, cache)
    with remembering(task.settings.var / "learned"):
        router, ranker = router_of(knowledge, cache.vectors, index), ranker_of(knowledge, cache.vectors)
        follow_ups = follow_ups_of(knowledge, cache.vectors)
    progress.stage("Building and trying the index")
    finder = Finder(index, WordIndex.build([row.text for row in rows]), ranker)
    coach = Coach(knowledge, finder, follow_ups, router, RecallingEncoder(encoder, cache))
    files = published.to_files(coach)
    published.coach_from_files(files, encoder)
    progress.stage(f"Asking {len(task.checked.golden):,} golden questions")
    trial, done = _trial(task, coach, cache)
    manifest = _publish(task, files | {golden.FILE: trial.to_file()}, exports)
    # After publishing: what is found here stops nothing, so nobody need wait for it.
    progress.stage(f"Trying {len(task.checked.questions):,} questions")
    findings = _findings(task.checked, finder, cache)
    reused = len(texts) - len(missing)
    return Report(manifest.version, True, manifest.counts, len(missing), reused, findings, done, trial)


def _trial(task: _Task, coach: Coach, cache: VectorCache) -> tuple[Trial, Changes | None]:
    """How `coach` passes the gate, and what changed since what is served; raises QualityFell."""
    served = gate.served(task.settings)
    trial = gate.tried(coach, task.checked, served, cache, tolerance=task.settings.gate_tolerance, accept=task.accept)
    return trial, changes(served.knowledge, task.checked.knowledge) if served.knowledge else None


def _publish(task: _Task, files: dict[str, bytes], exports: dict[str, str]) -> Manifest:
    manifest = store.publish(
        task.settings.index_folder,
        files,
        model=task.encoder.identity,
        knowledge=task.digest,
        counts=count(task.checked.knowledge),
        exports=exports,
    )
    gate.remember(task.settings, manifest.version, files)
    return manifest


def _findings(checked: Checked, finder: Finder, cache: VectorCache) -> Findings:
    found = check_questions(checked.questions, finder, cache.vectors)
    return Findings((*checked.remarks, *found.remarks), found.notes)


def _cache(settings: Settings, encoder: Encoder) -> VectorCache:
    return VectorCache(settings.var / "vectors.safetensors", encoder.identity)


def _index(rows: list[Row], cache: VectorCache) -> VectorIndex:
    return VectorIndex.build(rows, cache.vectors([row.text for row in rows]))


def _current(root: Path) -> tuple[Manifest | None, dict[str, bytes]]:
    """The current version, if it is whole; one that was damaged is built again."""
    try:
        return store.load(root)
    except IndexUnavailable:
        return None, {}
