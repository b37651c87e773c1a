"""LangChain: embeddings, retriever, vector store."""
