"""The reference model as one ONNX file for serving, with its tokenizer; the only file that imports onnx.

Pooling and normalisation are inside the graph, so that serving needs onnxruntime and tokenizers and nothing of torch.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from copy import deepcopy
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from coach.errors import ExportImpossible
from coach.search.onnx_encoder import TOKENIZER, OnnxEncoder
from coach.settings import Precision

# Part of each file's name: raise it when this file exports differently, and every export is made again.
RECIPE = 1
# How the folder of an export begins that is not finished; one that was interrupted leaves it.
UNFINISHED = ".unfinished-"
# An export that is farther than this from the reference on any probe is none; eight-bit weights cost that much.
LEAST_COSINE = {Precision.FLOAT32: 0.999999, Precision.INT8: 0.95}
# What tells tokenizers, poolings and attention masks apart: length, case, blanks, accents, marks, other scripts.
PROBES = [
    "Hello",
    "how do I sponsor someone?",
    "HOW DO I SPONSOR SOMEONE?",
    "  My   boss keeps interrupting Zoë – what should I say?  ",
    "naïve café, 東京, привет, 👩🏽‍💻",
    "don't; won't: [MASK] <s> </s> @you #1 50 %",
    "She presented the plan, and he was thanked for it. Nobody said a word. What could I have done?",
    "a long story about a meeting that went on and on " * 60,
]


def export_name(precision: Precision) -> str:
    """The name of the file that `export` writes."""
    return f"{precision}-{RECIPE}.onnx"


def export(model, path: Path, precision: Precision) -> None:
    """Write the SentenceTransformer `model` to `path`; raises ExportImpossible when the file would not do as it does.

    What is exported is the object in memory, with whatever was merged into it after loading.
    """
    with TemporaryDirectory(dir=path.parent, prefix=UNFINISHED) as folder:
        exported, quantised = Path(folder, "float32.onnx"), Path(folder, "int8.onnx")
        try:
            _write_graph(model, exported)
            if precision == Precision.INT8:
                _quantise(exported, quantised)
        except Exception as error:  # Torch, onnx and the models' own code each have errors of their own.
            raise ExportImpossible(_reason(error)) from error
        finished = quantised if precision == Precision.INT8 else exported
        _check(model, finished, precision)
        with finished.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(finished, path)


def _reason(error: BaseException) -> str:
    """The first line of what started it all."""
    while error.__cause__:
        error = error.__cause__
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _write_graph(model, path: Path) -> None:
    import onnx
    import torch

    tokenizer = _tokenizer(model)
    example = model.preprocess(["a first sentence", "two"])
    names = [name for name, value in example.items() if isinstance(value, torch.Tensor)]
    rows, columns = torch.export.Dim("rows"), torch.export.Dim("columns", max=model.max_seq_length)
    with torch.no_grad(), _silence():
        program = torch.onnx.export(
            _unit_vectors(model).eval(),
            kwargs={"features": {name: example[name] for name in names}},
            input_names=names,
            output_names=["vectors"],
            dynamic_shapes={"features": {name: {0: rows, 1: columns} for name in names}},
            dynamo=True,
        )
    proto = program.model_proto
    onnx.helper.set_model_props(proto, {TOKENIZER: tokenizer})
    onnx.save(proto, path)


def _unit_vectors(model):
    """A torch module from the tokens of texts to their unit vectors: all modules of `model`, then normalisation."""
    import torch

    class UnitVectors(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, features):
            return torch.nn.functional.normalize(self.model(dict(features))["sentence_embedding"], dim=-1)

    return UnitVectors()


def _tokenizer(model) -> str:
    """The tokenizer as JSON, which pads and cuts as the model does."""
    fast = deepcopy(model.tokenizer.backend_tokenizer)
    fast.enable_truncation(model.max_seq_length)
    fast.enable_padding(pad_id=model.tokenizer.pad_token_id, pad_token=model.tokenizer.pad_token)
    return fast.to_str()


def _quantise(exported: Path, path: Path) -> None:
    """Weights of eight bits, one scale for each channel; seven bits are used, since older processors overflow."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with _silence():
        quantize_dynamic(exported, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def _check(model, path: Path, precision: Precision) -> None:
    reference = model.encode(PROBES, normalize_embeddings=True)
    vectors = OnnxEncoder(path, identity="").encode(PROBES)
    if vectors.shape != reference.shape:
        raise ExportImpossible(f"it gives vectors of shape {vectors.shape} for {reference.shape}")
    cosine = float(np.einsum("ij,ij->i", vectors, reference).min())
    if not cosine >= LEAST_COSINE[precision]:
        raise ExportImpossible(f"it is too far from the model (cosine {cosine:.4f} on a probe)")


@contextmanager
def _silence() -> Iterator[None]:
    """Exporting talks of its own progress, and of what it would do for other models."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
