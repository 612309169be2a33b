"""Makes every script run from a bare clone: an environment of its own, the dependencies, then the script itself.

Standard library only, since nothing else is there yet.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
LOCKED = ROOT / "requirements.lock"
READY = FOLDER / "ready"
LOCK = ROOT / ".venv.lock"
OLDEST_PYTHON = (3, 11)
# Not the environment's own Python, which is about to be replaced.
BASE_PYTHON = sys._base_executable


def enter() -> None:
    """Go on in the project's environment; makes it first if it is missing, unfinished or out of date."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}.")
    inside = Path(sys.prefix).resolve() == FOLDER.resolve()
    if not _is_ready():
        with _lock():
            # Another script may have made it while this one waited for the lock.
            if not _is_ready():
                _make()
        inside = False
    if not inside:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
    sys.path.insert(0, str(ROOT))


def _is_ready() -> bool:
    """Whether the last install ended well, for these requirements, in this folder."""
    try:
        return READY.read_text() == _fingerprint() and PYTHON.exists()
    except OSError:
        return False


def _fingerprint() -> str:
    # The folder counts too: an environment that was moved or copied points to its old place.
    return hashlib.sha256(LOCKED.read_bytes() + _torch().encode() + str(FOLDER).encode()).hexdigest()


def _torch() -> str:
    """The pin of torch, the one package that is not in the lock."""
    return next(line for line in REQUIREMENTS.read_text().splitlines() if line.startswith("torch=="))


def install() -> None:
    """Bring the environment to what the lock says; ends the script when that fails."""
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--no-deps", "-r", str(LOCKED)]
    _step("2/3", "Installing the packages of requirements.lock, each checked against its hash", [*pip, *locked])
    # Its build differs by platform (CPU or CUDA): pinned by version, and the only one without a hash.
    _step("3/3", f"Installing {_torch()}", [*pip, _torch()])
    READY.write_text(_fingerprint())


def _make() -> None:
    started = time.monotonic()
    print("Making the environment. The first time takes some minutes.", flush=True)
    # A working one is only brought up to date: a chat may be running from it.
    if not _works():
        _step("1/3", "Creating .venv", [BASE_PYTHON, "-m", "venv", "--clear", str(FOLDER)])
    install()
    print(f"The environment is ready ({time.monotonic() - started:.0f} s).", flush=True)


def _works() -> bool:
    """Whether there is an environment here whose Python and pip start, and that was not moved from elsewhere."""
    test = "import pip, sys; print(sys.prefix)"
    try:
        done = subprocess.run([PYTHON, "-c", test], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and Path(done.stdout.strip()).resolve() == FOLDER.resolve()


def _step(number: str, what: str, command: list[str]) -> None:
    print(f"[{number}] {what} ...", flush=True)
    started = time.monotonic()
    if subprocess.run(command).returncode:
        sys.exit(
            f"\n{what} failed; the reason stands above. Mend it and run the same command again.\n"
            "On Debian and Ubuntu, `apt-get install python3-venv` may be missing; installing needs the network once."
        )
    print(f"[{number}] done in {time.monotonic() - started:.0f} s", flush=True)


@contextmanager
def _lock() -> Iterator[None]:
    """Held by the one script that makes the environment; the others wait, and say so."""
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another script is making the environment; waiting for it.", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
