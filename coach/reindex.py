"""The path of an edit: check all, encode what changed, build, try it, publish by one rename."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from coach import file_hashes, published
from coach.check import check, findings_of, look_over, texts_to_encode, vector_cache
from coach.content.knowledge import Checked
from coach.dialogue.coach import Coach
from coach.dialogue.training import learn, passage_rows, taught
from coach.encoders import clean_up_exports, export_path, has_export, make_export, prune_exports
from coach.errors import ExportImpossible, IndexUnavailable
from coach.figures import count
from coach.file_hashes import FileHashes, remembered_hashes
from coach.search import store
from coach.search.encoder import Encoder, ExportingEncoder
from coach.search.finder import Finder
from coach.search.fit_memory import remembering
from coach.search.index import Row, VectorIndex
from coach.search.learning import Messages
from coach.search.lexical import WordIndex
from coach.search.onnx_export import export_name
from coach.search.store import Manifest
from coach.search.vector_cache import RecallingEncoder, VectorCache
from coach.self_check import Findings
from coach.settings import Precision, Settings
from coach.staleness import words_digest
from coach.versions import gate, golden
from coach.versions.changes import Changes, changes
from coach.versions.golden import Trial

EXPORTED_ANEW = "The words are those that were served before; the model was exported for serving them, as {}."


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
    task.progress.stage(f"Asking {len(task.checked.golden):,} golden questions")
    coach = published.coach_from_files(files, _serving(task, exports))
    trial, done = _trial(task, coach, vector_cache(task.settings, task.encoder))
    manifest = _publish(task, files | {golden.FILE: trial.to_file()}, exports)
    findings = look_over(task.settings, task.encoder, task.checked, quickly=False)
    findings = replace(findings, notes=(EXPORTED_ANEW.format(task.settings.precision), *findings.notes))
    return Report(manifest.version, True, manifest.counts, 0, 0, findings, done, trial)


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
    rows, texts = passage_rows(knowledge), texts_to_encode(task.checked)
    cache = vector_cache(task.settings, encoder)
    missing = cache.missing(texts)
    if missing:
        progress.stage(f"Encoding {len(missing):,} new texts ({len(texts) - len(missing):,} known)")
        cache.add(missing, encoder.encode(missing, progress=True))
    # Kept before anything can go wrong below: the next attempt need not encode again.
    cache.save(texts)
    progress.stage(f"Learning from {len(taught(knowledge)):,} labelled messages")
    index = _index(rows, cache)
    with remembering(task.settings.var / "learned"):
        router, ranker, follow_ups = learn(knowledge, Messages(texts, cache.vectors(texts)), index)
    progress.stage("Building and trying the index")
    finder = Finder(index, WordIndex.build([row.text for row in rows]), ranker)
    files = published.to_files(Coach(knowledge, finder, follow_ups, router, encoder))
    # What is tried is what will be served, down to its bytes; only exact vectors need not be computed again.
    serving = (
        RecallingEncoder(encoder, cache) if task.settings.precision == Precision.FLOAT32 else _serving(task, exports)
    )
    coach = published.coach_from_files(files, serving)
    progress.stage(f"Asking {len(task.checked.golden):,} golden questions")
    trial, done = _trial(task, coach, cache)
    manifest = _publish(task, files | {golden.FILE: trial.to_file()}, exports)
    # After publishing: what is found here stops nothing, so nobody need wait for it.
    progress.stage(f"Trying {len(task.checked.questions):,} questions")
    findings = findings_of(task.checked, finder, cache)
    reused = len(texts) - len(missing)
    return Report(manifest.version, True, manifest.counts, len(missing), reused, findings, done, trial)


def _serving(task: _Task, exports: dict[str, str]) -> Encoder:
    """The encoder that serves by those exports."""
    if not exports[export_name(task.settings.precision)]:
        return task.encoder
    return task.encoder.exported(export_path(task.settings, task.encoder.identity))


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


def _index(rows: list[Row], cache: VectorCache) -> VectorIndex:
    return VectorIndex.build(rows, cache.vectors([row.text for row in rows]))


def _current(root: Path) -> tuple[Manifest | None, dict[str, bytes]]:
    """The current version, if it is whole; one that was damaged is built again."""
    try:
        return store.load(root)
    except IndexUnavailable:
        return None, {}
