"""LlamaIndex: its vector store index and its Hugging Face embeddings."""


def _embeddings(model):
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(model_name=model, device="cpu")


def build(texts, model, folder):
    """Encode all texts and keep the index."""
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode

    index = VectorStoreIndex([TextNode(text=text) for text in texts], embed_model=_embeddings(model))
    index.storage_context.persist(folder)


def load(model, folder):
    """The kept index and its model."""
    from llama_index.core import StorageContext, load_index_from_storage

    embeddings = _embeddings(model)
    index = load_index_from_storage(StorageContext.from_defaults(persist_dir=folder), embed_model=embeddings)
    retriever = index.as_retriever(similarity_top_k=5)
    return lambda text: [hit.node.get_content() for hit in retriever.retrieve(text)], embeddings.get_query_embedding
