"""Published versions on disk: each whole in a folder of its own, and one file that names the current one.

A reader meets the old version or the new one: the folder is complete before the name in `current` is
replaced by one rename, and the manifest's SHA-256 of every file is checked before anything uses the bytes.
"""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coach.errors import IndexDamaged, IndexMissing, ReindexRunning

FORMAT = 3
KEPT = 2
CURRENT = "current"
MANIFEST = "manifest.json"
WITHDRAWN = "withdrawn"
UNFINISHED = ".unfinished-"
VERSION = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Manifest:
    """What a version is made of; `files` maps each name to its SHA-256. On disk, a seal covers the fields.

    `exports` does the same for the exported forms of the model, which lie outside: they are large, and the same
    for many versions. An empty digest says that the model cannot be exported so.
    """

    format: int
    version: str
    model: str
    knowledge: str
    counts: dict[str, int]
    files: dict[str, str]
    exports: dict[str, str]


def current_version(root: Path) -> str:
    """The name of the version to serve; raises IndexMissing when none has been published."""
    try:
        return (root / CURRENT).read_text("ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing("no index has been built yet") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"the file {root / CURRENT} cannot be read ({error})") from None


def load(root: Path) -> tuple[Manifest, dict[str, bytes]]:
    """The current version's manifest and the bytes of its files, all checked against it."""
    while True:
        version = current_version(root)
        try:
            return _load_version(root, version)
        except IndexDamaged:
            # A publish may have pruned this version while it was being read; then there is a newer one.
            if current_version(root) == version:
                raise


def read_manifest(root: Path, version: str | None = None) -> Manifest:
    """The manifest of `version`, else of the current one; raises IndexDamaged when this code did not write it."""
    version = current_version(root) if version is None else version
    if not VERSION.fullmatch(version):
        raise IndexDamaged(f"the file {root / CURRENT} names no version: {version[:80]!r}")
    path = root / version / MANIFEST
    try:
        fields = json.loads(path.read_bytes())
        if fields["format"] != FORMAT:
            raise IndexDamaged(f"the index {path} has format {fields['format']}, this program reads {FORMAT}")
        if fields.pop("seal") != _seal(fields):
            raise ValueError("its SHA-256 differs")
        manifest = Manifest(**fields)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"the manifest {path} cannot be read ({error})") from None
    if manifest.version != version:
        raise IndexDamaged(f"the manifest {path} names another version, {manifest.version}")
    return manifest


def _load_version(root: Path, version: str) -> tuple[Manifest, dict[str, bytes]]:
    manifest = read_manifest(root, version)
    files = {}
    for name, digest in manifest.files.items():
        path = root / version / name
        try:
            files[name] = path.read_bytes()
        except OSError as error:
            raise IndexDamaged(f"the index file {path} cannot be read ({error.strerror})") from None
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise IndexDamaged(f"the index file {path} is not what was published (its SHA-256 differs)")
    return manifest, files


def publish(
    root: Path,
    files: Mapping[str, bytes],
    *,
    model: str,
    knowledge: str,
    counts: dict[str, int],
    exports: dict[str, str],
) -> Manifest:
    """Write `files` as a new version, make it current by one rename, and keep the last two.

    New words end a withdrawal; the same words in another form do not.
    """
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    version = f"{stamp}-{secrets.token_hex(4)}"
    manifest = Manifest(FORMAT, version, model, knowledge, counts, digests, exports)
    folder = root / f"{UNFINISHED}{version}"
    folder.mkdir(parents=True)
    for name, data in files.items():
        _write(folder / name, data)
    fields = asdict(manifest)
    _write(folder / MANIFEST, json.dumps({**fields, "seal": _seal(fields)}, indent=1).encode())
    _sync_folder(folder)
    previous = _published(root)
    same_words = any(_knowledge(root, name) == knowledge for name in previous[:1])
    folder.rename(root / version)
    _replace(root / CURRENT, version)
    if not same_words:
        (root / WITHDRAWN).unlink(missing_ok=True)
    _prune(root, keep={version, *previous[: KEPT - 1]})
    return manifest


def models(root: Path) -> set[str]:
    """The models that the versions on disk were built with."""
    found = set()
    for name in _published(root):
        with suppress(IndexDamaged):
            found.add(read_manifest(root, name).model)
    return found


def version_before(root: Path) -> Manifest:
    """The version before the current one, all of it checked; raises IndexMissing when there is none on disk."""
    current = read_manifest(root)
    published = (root / current.version / MANIFEST).stat().st_mtime_ns
    older = [name for name in _published(root) if (root / name / MANIFEST).stat().st_mtime_ns < published]
    if not older:
        raise IndexMissing(f"there is no version before {current.version} to go back to")
    return _load_version(root, older[0])[0]


def roll_back(root: Path, manifest: Manifest) -> None:
    """Make the version of `manifest` current again, and withdraw the words of the one that was, if they are others."""
    withdrawn = read_manifest(root)
    if withdrawn.knowledge != manifest.knowledge:
        # First: a server that starts in between must not publish the same words again.
        _replace(root / WITHDRAWN, withdrawn.knowledge)
    _replace(root / CURRENT, manifest.version)


def withdrawn_words(root: Path) -> str:
    """The digest of the words that were rolled back and not replaced since; empty when there are none."""
    with suppress(OSError):
        return (root / WITHDRAWN).read_text("ascii")
    return ""


def clean_up(root: Path) -> None:
    """Remove what an interrupted publish left behind; call it with the lock held."""
    for path in root.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def publishing_lock(root: Path) -> Iterator[None]:
    """Held by the one process that may publish; raises ReindexRunning with the holder's number."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            # Empty for the moment between taking the lock and writing the number.
            holder = f" (process {number})" if (number := file.read().strip()) else ""
            raise ReindexRunning(f"another reindex is running{holder}; try again when it is done") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _published(root: Path) -> list[str]:
    """Versions that were served before, newest first: the current one, then by name, which starts with the time."""
    try:
        current = [current_version(root)]
    except (IndexMissing, IndexDamaged):
        current = []
    others = sorted((path.parent.name for path in root.glob(f"*/{MANIFEST}")), reverse=True)
    return current + [name for name in others if name not in current and not name.startswith(UNFINISHED)]


def _knowledge(root: Path, version: str) -> str:
    with suppress(IndexDamaged):
        return read_manifest(root, version).knowledge
    return ""


def _prune(root: Path, *, keep: set[str]) -> None:
    for path in root.glob(f"*/{MANIFEST}"):
        name = path.parent.name
        if name not in keep and not name.startswith(UNFINISHED):
            # By another name first: should the removal be interrupted, `clean_up` can tell the rest of it. What
            # can't be removed only takes room: the new version is served already, so it is no error.
            with suppress(OSError):
                shutil.rmtree(path.parent.rename(root / f"{UNFINISHED}{name}"))


def _seal(fields: dict[str, Any]) -> str:
    """The SHA-256 of a manifest's fields, which hold those of all the files."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    """Give a file its new text at one stroke."""
    unfinished = path.parent / f"{UNFINISHED}{path.name}"
    _write(unfinished, text.encode())
    os.replace(unfinished, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
