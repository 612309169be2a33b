"""Arrays in a file that says whether they are whole: what is remembered to save time must never be wrong."""

import hashlib
import os
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save


def read(path: Path, *names: str) -> dict[str, np.ndarray] | None:
    """The arrays of these names that `write` put there; None where there are none, or others by now."""
    try:
        arrays = load(path.read_bytes())
        # A flipped bit in them would go unseen into the index, and stay there.
        whole = np.array_equal(arrays.pop("seal"), _seal(arrays))
        return arrays if whole and arrays.keys() == {*names} else None
    except (OSError, SafetensorError, KeyError, ValueError):
        return None


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Put the arrays into the file at one stroke."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(save(arrays | {"seal": _seal(arrays)}))
    os.replace(unfinished, path)


def _seal(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """The SHA-256 of the arrays' bytes, as 32 bytes."""
    total = hashlib.sha256()
    for _, array in sorted(arrays.items()):
        total.update(array.tobytes())
    return np.frombuffer(total.digest(), dtype=np.uint8)
