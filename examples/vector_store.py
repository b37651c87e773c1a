"""Texts of one's own in LangChain's vector store: python examples/vector_store.py stores/example"""

from __future__ import annotations

import sys

from rag import RagEmbeddings, RagVectorStore

NOTES = {
    "kettle": "The blue kettle lives in the kitchen of the first floor.",
    "toaster": "The toaster is broken; Ravi has ordered a part.",
    "coffee": "Coffee beans are bought on Mondays.",
}


def main(folder: str) -> None:
    store = RagVectorStore(RagEmbeddings(), folder)
    store.add_texts(list(NOTES.values()), [{"about": name} for name in NOTES], ids=list(NOTES))
    for document, score in store.similarity_search_with_score("Who repairs the toaster?", k=2):
        print(f"{score:.2f} {document.page_content}")
    store.delete(["coffee"])
    print(f"{len(store)} notes are left in {folder}")


if __name__ == "__main__":
    main(*sys.argv[1:])
