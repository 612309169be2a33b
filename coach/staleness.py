"""Is the published index built from today's words? Cheap enough to ask at every start: no model, no parsing."""

import hashlib

from coach.encoders import has_export
from coach.errors import IndexUnavailable
from coach.file_hashes import FileHashes, remembered_hashes
from coach.search import store
from coach.search.store import Manifest
from coach.settings import Settings

# Part of the digest: raise it when the program reads or learns differently, and every index is stale.
RECIPE = 10


def is_stale(settings: Settings, encoder_identity: str) -> bool:
    """Whether the current version was built from other words, by another recipe or model, or has no export to serve."""
    hashes = remembered_hashes(settings)
    try:
        manifest = _servable(settings, encoder_identity, hashes)
        return not manifest or manifest.knowledge != words_digest(settings, hashes)
    finally:
        hashes.save()


def is_withdrawn(settings: Settings, encoder_identity: str) -> bool:
    """Whether today's words were rolled back, so that only a maintainer publishes them again.

    Not where nothing can be served without them.
    """
    hashes = remembered_hashes(settings)
    withdrawn = store.withdrawn_words(settings.index_folder) == words_digest(settings, hashes)
    return withdrawn and _servable(settings, encoder_identity, hashes) is not None


def _servable(settings: Settings, encoder_identity: str, hashes: FileHashes) -> Manifest | None:
    """The current version's manifest, if it is of this model and has what serving needs."""
    try:
        manifest = store.read_manifest(settings.index_folder)
    except IndexUnavailable:
        return None
    return manifest if manifest.model == encoder_identity and has_export(settings, manifest, hashes) else None


def words_digest(settings: Settings, hashes: FileHashes) -> str:
    """SHA-256 over the names and bytes of all content files: equal digests, equal words."""
    folder = settings.knowledge
    digest = hashlib.sha256(b"%d " % RECIPE)
    for path in sorted([*folder.glob("*/*.md"), *folder.glob("*/*.yaml"), *folder.glob("*.yaml")]):
        # Editors leave links and folders of their own beside what is being edited.
        if path.name.startswith(".") or not path.is_file():
            continue
        digest.update(f"{hashes.of(path)} {path.relative_to(folder).as_posix()}\0".encode())
    return digest.hexdigest()
