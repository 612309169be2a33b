"""Is the published index built from today's words? Cheap enough to ask at every start: no model, no parsing."""

import hashlib

from coach.encoders import has_export
from coach.errors import IndexUnavailable
from coach.file_hashes import FileHashes, remembered_hashes
from coach.search import store
from coach.settings import Settings

# Part of the digest: raise it when the program reads or learns differently, and every index is stale.
RECIPE = 6


def is_stale(settings: Settings, encoder_identity: str) -> bool:
    """Whether the current version was built from other words, by another recipe or model, or has no export to serve."""
    hashes = remembered_hashes(settings)
    try:
        manifest = store.read_manifest(settings.index_folder, store.current_version(settings.index_folder))
        current = (words_digest(settings, hashes), encoder_identity)
        return (manifest.knowledge, manifest.model) != current or not has_export(settings, manifest, hashes)
    except IndexUnavailable:
        return True
    finally:
        hashes.save()


def is_withdrawn(settings: Settings) -> bool:
    """Whether today's words were published and rolled back: only a maintainer publishes them again."""
    return store.withdrawn_words(settings.index_folder) == words_digest(settings, remembered_hashes(settings))


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
