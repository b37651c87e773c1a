"""Vector stores of others for tests: real ones, and a stand-in of Pinecone's service, with a few texts in them."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from rag import QA, Reader
from rag.answering.answer import Answer
from scripts.served import free_port
from tests.waiting import PATIENCE_S, until
from tests.web import web_server

EXCHANGE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data/pinecone.json").read_text("utf-8")
)
LEAVE, CANTEEN = (
    Document(
        id=match["id"],
        page_content=match["metadata"]["text"],
        metadata={key: value for key, value in match["metadata"].items() if key != "text"},
    )
    for match in EXCHANGE["answered"]["matches"]
)
ASKED = "How many days of annual leave do employees get?"
OF_NOTHING = "What is the CEO's shoe size?"


@contextmanager
def chroma_server(folder: Path) -> Iterator[int]:
    """The port of a real server, as ``chroma run`` starts one, of an empty folder; it ends with the block."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder)]
    running = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        cwd=folder,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(bool, lambda: _answers(running, f"http://127.0.0.1:{port}/api/v2/heartbeat"))
        yield port
    finally:
        running.kill()
        running.wait()


def _answers(running: subprocess.Popen[bytes], address: str) -> bool:
    assert running.poll() is None, "the server has ended"
    try:
        with urlopen(address, timeout=PATIENCE_S):
            return True
    except OSError:
        return False


@contextmanager
def chroma_store(port: int, embeddings: Embeddings) -> Iterator[VectorStore]:
    """A collection of that server, empty."""
    import chromadb
    from langchain_chroma import Chroma

    settings = chromadb.Settings(anonymized_telemetry=False)
    client = chromadb.HttpClient("127.0.0.1", port, settings=settings)
    yield Chroma("handbook", embeddings, client=client)
    for one in (client, client._admin_client):
        one._server._session.close()  # which its own close() leaves open


@contextmanager
def pinecone_service() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a stand-in that answers every query as tests/data/pinecone.json has it, and what it was asked:
    path, headers and body of each request."""
    asked: list[dict[str, Any]] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({"path": self.path, "headers": dict(self.headers), "body": body})
            known = self.path == EXCHANGE["asked"]["path"]
            said = json.dumps(EXCHANGE["answered"] if known else {"code": 5}).encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *said: Any) -> None:
            pass

    with web_server(Answering) as address:
        yield address, asked


@functools.cache
def reader() -> Reader:
    return Reader.load()


def asked_of(retriever: Any, **options: Any) -> QA:
    """A chain that shares the reader with all others."""
    return QA(retriever=retriever, **{"model": reader(), **options})


class Fixed:
    """What may be given as a retriever, and is no LangChain: it finds the same for all questions."""

    def __init__(self, *documents: Any) -> None:
        self.documents = documents
        self.asked: list[str] = []

    def invoke(self, question: str) -> list[Any]:
        self.asked.append(question)
        return list(self.documents)


def text_of(said: str, **metadata: Any) -> Document:
    return Document(page_content=said, metadata=metadata)


def said_by(qa: QA, answer: Answer) -> list[str]:
    """The texts that an answer quotes from; each quote is a span of its own."""
    texts = []
    for one in (*answer.citations, *answer.items, *answer.nearest):
        texts.append(qa.document(one.document_id).text)
        assert texts[-1][one.start : one.end] == one.quote
        assert one.start <= one.answer_start < one.answer_end <= one.end
    return texts
