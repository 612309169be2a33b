"""The exported model: what a serving process encodes with.

Neither torch nor sentence-transformers is imported: that is nearly all of a start, and most of the memory.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

# The name of the model's metadata that holds its tokenizer, as JSON.
TOKENIZER = "tokenizer"
# Texts of like length are run together, up to so many characters with what pads them: longer runs gain nothing.
CHARACTERS_AT_A_TIME = 2000


class OnnxEncoder:
    """A model that `onnx_export` wrote to `path`; safe to share between threads.

    `threads` are those of one encoding, which may `spin` while they wait for each other; the benchmark tries others.
    """

    def __init__(self, path: Path, *, identity: str, threads: int = 2, spin: bool = True):
        import onnxruntime
        from tokenizers import Tokenizer

        self.identity = identity
        options = onnxruntime.SessionOptions()
        # Each request runs on its own thread. A second one, which all share, shortens an encoding by a third when
        # nobody else asks, and costs less than a tenth of the answers a second when many do.
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spin)))
        # Between encodings there are better uses of a core.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        # As fast without it, and what a long message took is given back.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_str(self._session.get_modelmeta().custom_metadata_map[TOKENIZER])

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors of `texts`, row for row; `progress` is for longer work than serving."""
        batches = list(_alike(texts))
        vectors = np.concatenate([self._run([texts[place] for place in batch]) for batch in batches])
        return vectors[np.argsort(np.concatenate(batches))]

    def _run(self, texts: list[str]) -> np.ndarray:
        tokens = self._tokenizer.encode_batch(texts)
        features = {
            "input_ids": np.array([each.ids for each in tokens]),
            "attention_mask": np.array([each.attention_mask for each in tokens]),
            "token_type_ids": np.array([each.type_ids for each in tokens]),
        }
        return self._session.run(None, {name: features[name] for name in features.keys() & self._inputs})[0]


def _alike(texts: Sequence[str]) -> Iterator[list[int]]:
    """The places of all texts, longest first, in batches of like length."""
    batch: list[int] = []
    for place in sorted(range(len(texts)), key=lambda place: -len(texts[place])):
        if batch and (len(batch) + 1) * len(texts[batch[0]]) > CHARACTERS_AT_A_TIME:
            yield batch
            batch = []
        batch.append(place)
    yield batch
