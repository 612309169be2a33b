"""Chroma: a persistent collection with its sentence-transformers embeddings."""

# The most documents that one call of `add` takes.
AT_A_TIME = 5000


def _function(model):
    from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

    return SentenceTransformerEmbeddingFunction(model_name=model, device="cpu", normalize_embeddings=True)


def build(texts, model, folder):
    """Encode all texts and keep the collection."""
    import chromadb

    collection = chromadb.PersistentClient(folder).create_collection("passages", embedding_function=_function(model))
    for start in range(0, len(texts), AT_A_TIME):
        batch = texts[start : start + AT_A_TIME]
        collection.add(ids=[str(start + place) for place in range(len(batch))], documents=batch)


def load(model, folder):
    """The kept collection and its model."""
    import chromadb

    function = _function(model)
    collection = chromadb.PersistentClient(folder).get_collection("passages", embedding_function=function)
    return lambda text: collection.query(query_texts=[text], n_results=5)["documents"][0], lambda text: function([text])
