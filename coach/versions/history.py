"""The words of the versions that were served, kept longer than their vectors: small, and enough to say what changed."""

import gzip
import json
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coach.errors import CoachError
from coach.settings import Settings

# A year of weekly edits; each takes some 700 KB.
KEPT = 50
# So many are named to somebody who names a version that is not there.
NAMED = 5
ENDING = ".json.gz"


class VersionUnknown(CoachError):
    """Nothing is known of a version by that name."""


@dataclass(frozen=True)
class Entry:
    """What is kept of a version: its `knowledge` as it was published, and why it passed the gate if it would not."""

    knowledge: bytes
    accepted: str


def keep(settings: Settings, version: str, kept: Entry) -> None:
    """Remember `version`, and forget the oldest, where the disk allows it: what is served does not hang on it."""
    with suppress(OSError):
        _keep(settings, version, kept)


def _keep(settings: Settings, version: str, kept: Entry) -> None:
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    # What a process left that was killed here.
    for unfinished in folder.glob(".*"):
        unfinished.unlink()
    data = json.dumps({"accepted": kept.accepted, "knowledge": kept.knowledge.decode()}).encode()
    unfinished = folder / f".{version}"
    unfinished.write_bytes(gzip.compress(data, mtime=0))
    os.replace(unfinished, folder / f"{version}{ENDING}")
    for forgotten in versions(settings)[KEPT:]:
        (folder / f"{forgotten}{ENDING}").unlink()


def entry(settings: Settings, version: str) -> Entry:
    """What is kept of `version`; raises VersionUnknown."""
    known = versions(settings)
    if version not in known:
        last = ", ".join(known[:NAMED]) or "none yet"
        raise VersionUnknown(f"nothing is kept of a version '{version}'; the last ones are {last}")
    try:
        stored = json.loads(gzip.decompress((_folder(settings) / f"{version}{ENDING}").read_bytes()))
        return Entry(stored["knowledge"].encode(), stored["accepted"])
    except (OSError, EOFError, zlib.error, ValueError, KeyError) as error:
        raise VersionUnknown(f"what was kept of version '{version}' cannot be read ({error})") from None


def versions(settings: Settings) -> list[str]:
    """The versions whose words are kept, newest first."""
    return sorted((path.name.removesuffix(ENDING) for path in _folder(settings).glob(f"[0-9]*{ENDING}")), reverse=True)


def _folder(settings: Settings) -> Path:
    return settings.var / "history"
