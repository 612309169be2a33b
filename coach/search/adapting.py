"""Teaches the embedding model this knowledge base's messages: a low-rank adapter (LoRA, Hu et al. 2021).

Each message is drawn to the direction of its page or route and away from the others (a normalised softmax over
classes, Zhai and Wu 2019), and a second head tells the kinds of section apart. The heads are thrown away; the
adapter is a few hundred kilobytes, merged into the model when it is loaded.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from datasets import Dataset
from peft import LoraConfig, TaskType
from safetensors.torch import load_file, save_file
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.sampler import DefaultBatchSampler
from torch.nn import functional
from torch.utils.data import SequentialSampler

from coach.search.mistyping import mistyped
from coach.search.ranker import Asked

SEED = 1
BATCH = 64
RANK = 8
LEARNING_RATE = 1e-3
# The inverse temperature of the softmax over cosines.
SCALE = 16.0
SMOOTHING = 0.1
WEIGHT_OF_KINDS = 0.5
# A class with many messages must not outshout one with few: each is drawn by this power of their number.
FAIRNESS = -0.25
# This share of the messages is mistyped, as by a thumb; readers type so.
MISTYPED = 0.25
LONGEST = 128
UNLABELLED = -1
WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"
NAMED = (
    "base_model_name_or_path",
    "inference_mode",
    "lora_alpha",
    "peft_type",
    "r",
    "target_modules",
    "task_type",
)


def adapt(model: Path, examples: Sequence[Asked], folder: Path, *, epochs: int) -> None:
    """Train an adapter for the sentence-transformers model in `model` and write it to `folder`.

    The `page` of an example may also be a route; `page` and `kind` are empty where they are not known.
    """
    torch.manual_seed(SEED)
    pages, kinds = _columns(each.page for each in examples), _columns(each.kind for each in examples)
    drawn = _draw(examples, epochs=epochs)
    labels = [[pages.get(each.page, UNLABELLED), kinds.get(each.kind, UNLABELLED)] for each in drawn]
    student = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    student.max_seq_length = LONGEST
    heads = _Heads(student, _means(student, examples, pages), len(kinds))
    targets = ["query", "key", "value", "dense"]
    student.add_adapter(
        LoraConfig(
            task_type=TaskType.FEATURE_EXTRACTION, r=RANK, lora_alpha=2 * RANK, lora_dropout=0.1, target_modules=targets
        )
    )
    trainer = SentenceTransformerTrainer(
        model=student,
        args=_arguments(folder),
        train_dataset=Dataset.from_dict({"text": [each.text for each in drawn], "label": labels}),
        loss=heads,
    )
    trainer.train()
    student.save_pretrained(str(folder))
    _keep_only_the_adapter(folder)


class _Heads(torch.nn.Module):
    """The loss: cross-entropy over the pages' directions and over the kinds."""

    def __init__(self, model: SentenceTransformer, pages: torch.Tensor, kinds: int):
        super().__init__()
        self.model = model
        self.pages = torch.nn.Parameter(pages)
        self.kinds = torch.nn.Linear(pages.shape[1], kinds)

    def forward(self, features: list[dict[str, torch.Tensor]], labels: torch.Tensor) -> torch.Tensor:
        """The loss of one batch; `labels` has a column for pages and one for kinds."""
        vectors = functional.normalize(self.model(features[0])["sentence_embedding"].float(), dim=1)
        cosines = vectors @ functional.normalize(self.pages, dim=1).T
        loss = functional.cross_entropy(
            SCALE * cosines, labels[:, 0], ignore_index=UNLABELLED, label_smoothing=SMOOTHING
        )
        if (labels[:, 1] != UNLABELLED).any():
            kinds = self.kinds(SCALE / 4 * vectors)
            loss = loss + WEIGHT_OF_KINDS * functional.cross_entropy(kinds, labels[:, 1], ignore_index=UNLABELLED)
        return loss


def _columns(labels: Iterable[str]) -> dict[str, int]:
    """A column for each label that is known."""
    return {label: column for column, label in enumerate(sorted(set(labels) - {""}))}


def _means(model: SentenceTransformer, examples: Sequence[Asked], pages: dict[str, int]) -> torch.Tensor:
    """Where each page's messages lie before the training, (pages, dimensions)."""
    known = [each for each in examples if each.page]
    vectors = torch.tensor(model.encode([each.text for each in known], batch_size=BATCH))
    sums = torch.zeros(len(pages), vectors.shape[1])
    return sums.index_add(0, torch.tensor([pages[each.page] for each in known]), vectors)


def _arguments(folder: Path) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder / "unfinished"),
        num_train_epochs=1,
        per_device_train_batch_size=BATCH,
        learning_rate=LEARNING_RATE,
        warmup_steps=40,
        weight_decay=0.01,
        seed=SEED,
        save_strategy="no",
        logging_steps=25,
        report_to="none",
        use_cpu=True,
        # Twice as fast on processors that know it, and no slower elsewhere.
        bf16=True,
        dataloader_drop_last=True,
        # The order is ours: batches of messages of about the same length cost half of mixed ones.
        batch_sampler=lambda dataset, batch_size, drop_last, **_: DefaultBatchSampler(
            SequentialSampler(dataset), batch_size, drop_last
        ),
    )


def _draw(examples: Sequence[Asked], *, epochs: int) -> list[Asked]:
    """`epochs` times as many messages, some mistyped, in batches of about the same length."""
    typing = random.Random(SEED)
    counts = Counter(each.page for each in examples)
    weights = np.array([float(counts[each.page]) ** FAIRNESS for each in examples])
    batches: list[list[Asked]] = []
    for epoch in range(epochs):
        chosen = np.random.default_rng([SEED, epoch]).choice(len(examples), len(examples), p=weights / weights.sum())
        drawn = [examples[n] for n in chosen]
        drawn = [
            each._replace(text=mistyped(each.text, typing)) if typing.random() < MISTYPED else each for each in drawn
        ]
        drawn.sort(key=lambda each: len(each.text) + typing.random() * 30)
        whole = [drawn[start : start + BATCH] for start in range(0, len(drawn) - BATCH + 1, BATCH)]
        typing.shuffle(whole)
        batches += whole
    return [each for batch in batches for each in batch]


def _keep_only_the_adapter(folder: Path) -> None:
    """Half precision, no more settings than say what it is, and none of the files that belong to the model."""
    settings = json.loads((folder / CONFIG).read_text())
    settings |= {
        "base_model_name_or_path": "all-MiniLM-L6-v2",
        "inference_mode": True,
        "target_modules": sorted(settings["target_modules"]),
    }
    weights = {name: tensor.half() for name, tensor in load_file(folder / WEIGHTS).items()}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        elif path.name != WEIGHTS:
            path.unlink()
    save_file(weights, folder / WEIGHTS)
    (folder / CONFIG).write_text(json.dumps({name: settings[name] for name in NAMED}, indent=1, sort_keys=True) + "\n")
