"""What changed since a version that was served some time ago."""

from dataclasses import dataclass

from coach import published
from coach.search import store
from coach.settings import Settings
from coach.versions import history
from coach.versions.changes import Changes, changes


@dataclass(frozen=True)
class Since:
    """The changes up to the `current` version, and why versions on the way were accepted with questions lost."""

    current: str
    changes: Changes
    accepted: dict[str, str]


def changes_since(settings: Settings, version: str) -> Since:
    """What changed since `version`; raises VersionUnknown, or IndexUnavailable when nothing is served."""
    before = published.knowledge_from(history.entry(settings, version).knowledge)
    manifest, files = store.load(settings.index_folder)
    after = published.knowledge_from(files[published.KNOWLEDGE])
    on_the_way = [name for name in history.versions(settings) if version < name <= manifest.version]
    reasons = {name: history.entry(settings, name).accepted for name in on_the_way}
    accepted = {name: reason for name, reason in reasons.items() if reason}
    return Since(manifest.version, changes(before, after), accepted)
