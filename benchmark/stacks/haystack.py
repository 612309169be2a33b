"""Haystack: its in-memory document store and its sentence-transformers embedders."""


def build(texts, model, folder):
    """Encode all texts and keep the store."""
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    embedder = SentenceTransformersDocumentEmbedder(model=model, normalize_embeddings=True, progress_bar=False)
    embedder.warm_up()
    store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
    store.write_documents(embedder.run([Document(content=text) for text in texts])["documents"])
    store.save_to_disk(f"{folder}/store.json")


def load(model, folder):
    """The kept store and its model."""
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    embedder = SentenceTransformersTextEmbedder(model=model, normalize_embeddings=True, progress_bar=False)
    embedder.warm_up()
    retriever = InMemoryEmbeddingRetriever(InMemoryDocumentStore.load_from_disk(f"{folder}/store.json"), top_k=5)

    def encode(text):
        return embedder.run(text)["embedding"]

    return lambda text: [hit.content for hit in retriever.run(encode(text))["documents"]], encode
