"""Two files of a published version under one name: JSON for what is plain, safetensors for the arrays."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors.numpy import load, save


def pack(name: str, plain: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> dict[str, bytes]:
    """The two files."""
    return {f"{name}.json": json.dumps(plain).encode(), f"{name}.safetensors": save(dict(tensors))}


def unpack(name: str, files: Mapping[str, bytes]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What `pack` was given, from among all `files`; raises KeyError where one is missing."""
    return json.loads(files[f"{name}.json"]), load(files[f"{name}.safetensors"])
