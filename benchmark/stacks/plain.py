"""The tutorial stack: sentence-transformers and FAISS."""

import json
from pathlib import Path


def build(texts, model, folder):
    """Encode all texts and keep the index."""
    import faiss
    from sentence_transformers import SentenceTransformer

    vectors = SentenceTransformer(model, device="cpu").encode(texts, normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(Path(folder, "index.faiss")))
    Path(folder, "texts.json").write_text(json.dumps(texts))


def load(model, folder):
    """The kept index and its model."""
    import faiss
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")
    index = faiss.read_index(str(Path(folder, "index.faiss")))
    texts = json.loads(Path(folder, "texts.json").read_text())

    def encode(text):
        return encoder.encode([text], normalize_embeddings=True)

    def search(text):
        return [texts[place] for place in index.search(encode(text), 5)[1][0]]

    return search, encode
