"""The version before the current one is served again, if this program can serve it."""

from coach.encoders import encoder_for
from coach.errors import IndexUnavailable
from coach.search import store
from coach.search.store import Manifest
from coach.settings import Settings

MEND = (
    "set COACH_MODEL and COACH_PRECISION as they were then, or mend the files and run `python3 scripts/reindex.py` "
    "without --rollback"
)


def roll_back(settings: Settings) -> Manifest:
    """Make the version before the current one current again; raises IndexUnavailable when it cannot be served."""
    root = settings.index_folder
    with store.publishing_lock(root):
        manifest = store.version_before(root)
        try:
            encoder_for(settings, manifest)
        except IndexUnavailable as error:
            raise type(error)(f"version {manifest.version} cannot be served again: {error}; {MEND}") from None
        store.roll_back(root, manifest)
    return manifest
