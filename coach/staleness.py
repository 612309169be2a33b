"""Is the published index built from today's words? Cheap enough to ask at every start: no model, no parsing."""

import hashlib

from coach.errors import IndexUnavailable
from coach.search import store
from coach.settings import Settings

# Part of the digest: raise it when the program reads or learns differently, and every index is stale.
RECIPE = 4


def is_stale(settings: Settings, encoder_identity: str) -> bool:
    """Whether the current version was built from other words, by another recipe, or with another model."""
    try:
        manifest = store.read_manifest(settings.index_folder, store.current_version(settings.index_folder))
    except IndexUnavailable:
        return True
    return (manifest.knowledge, manifest.model) != (words_digest(settings), encoder_identity)


def is_withdrawn(settings: Settings) -> bool:
    """Whether today's words were published and rolled back: only a maintainer publishes them again."""
    return store.withdrawn_words(settings.index_folder) == words_digest(settings)


def words_digest(settings: Settings) -> str:
    """SHA-256 over the names and bytes of all content files: equal digests, equal words."""
    folder = settings.knowledge
    digest = hashlib.sha256(b"%d " % RECIPE)
    for path in sorted([*folder.glob("*/*.md"), *folder.glob("*/*.yaml"), *folder.glob("*.yaml")]):
        # Editors leave links and folders of their own beside what is being edited.
        if path.name.startswith(".") or not path.is_file():
            continue
        name, data = path.relative_to(folder).as_posix().encode(), path.read_bytes()
        digest.update(b"%d %d " % (len(name), len(data)) + name + data)
    return digest.hexdigest()
