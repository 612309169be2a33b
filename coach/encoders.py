"""Which encoder does which work: the reference builds an index, its export serves it.

An export lies in `var/models/`, once for each model and precision, whatever number of versions name it. Each
version's manifest holds the export's SHA-256, and no process serves one that differs from it.
"""

import hashlib
import shutil
from pathlib import Path

from coach.errors import IndexDamaged, IndexOfAnotherModel, IndexUnavailable
from coach.file_hashes import FileHashes, remembered_hashes
from coach.search import store
from coach.search.encoder import Encoder, ExportingEncoder, SentenceEncoder
from coach.search.onnx_export import UNFINISHED, export_name
from coach.search.store import Manifest
from coach.settings import Settings

ANOTHER_MODEL = "the index was built with another embedding model than COACH_MODEL names"


def reference_encoder(settings: Settings) -> SentenceEncoder:
    """The sentence-transformers model that the settings name; its weights are loaded at its first use."""
    hashes = remembered_hashes(settings)
    encoder = SentenceEncoder(settings.model, hashes)
    hashes.save()
    return encoder


def serving_encoder(settings: Settings) -> Encoder:
    """What a process serves the current version with: the model's export, or the reference where there can be none.

    Raises IndexUnavailable when the current version has no export of this model that can be used.
    """
    return encoder_for(settings, store.read_manifest(settings.index_folder))


def encoder_for(settings: Settings, manifest: Manifest) -> Encoder:
    """The same for the version of that manifest."""
    reference = reference_encoder(settings)
    if manifest.model != reference.identity:
        raise IndexOfAnotherModel(ANOTHER_MODEL)
    digest = manifest.exports.get(export_name(settings.precision))
    if digest is None:
        raise IndexUnavailable(f"the embedding model has not been exported as {settings.precision} yet")
    if not digest:
        return reference
    path = export_path(settings, manifest.model)
    _check(path, digest)
    return reference.exported(path)


def is_served_by_reference(settings: Settings) -> bool:
    """Whether the current version's model could not be exported, so that serving is slower and takes more memory."""
    try:
        manifest = store.read_manifest(settings.index_folder)
    except IndexUnavailable:
        return False
    return manifest.exports.get(export_name(settings.precision)) == ""


def export_path(settings: Settings, identity: str) -> Path:
    """Where the export of the model of that identity lies, in the precision of the settings."""
    return settings.models_folder / identity / export_name(settings.precision)


def has_export(settings: Settings, manifest: Manifest, hashes: FileHashes) -> bool:
    """Whether the export that `manifest` names is there unaltered, or is known to be impossible."""
    digest = manifest.exports.get(export_name(settings.precision))
    if not digest:
        return digest is not None
    try:
        return hashes.of(export_path(settings, manifest.model)) == digest
    except OSError:
        return False


def make_export(settings: Settings, encoder: ExportingEncoder) -> str:
    """Export the model for serving; returns the SHA-256 of the file. Raises ExportImpossible."""
    path = export_path(settings, encoder.identity)
    path.parent.mkdir(parents=True, exist_ok=True)
    encoder.export(path, settings.precision)
    return _sha256(path)


def clean_up_exports(settings: Settings) -> None:
    """Remove what an interrupted export left behind; call it with the lock of the index held."""
    for folder in settings.models_folder.glob(f"*/{UNFINISHED}*"):
        shutil.rmtree(folder)


def prune_exports(settings: Settings) -> None:
    """Remove the exports of models that no version on disk was built with."""
    used = store.models(settings.index_folder)
    for folder in settings.models_folder.glob("*"):
        if folder.name not in used:
            shutil.rmtree(folder, ignore_errors=True)


def _check(path: Path, digest: str) -> None:
    try:
        found = _sha256(path)
    except OSError as error:
        raise IndexDamaged(f"the exported model {path} cannot be read ({error.strerror})") from None
    if found != digest:
        raise IndexDamaged(f"the exported model {path} is not what was published (its SHA-256 differs)")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
