"""Answers over retrievers and vector stores of others: what is quoted, where it stands, and what cannot be had."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.runnables import RunnableLambda
from langchain_core.vectorstores import InMemoryVectorStore, VectorStore

from rag import (
    QA,
    AnswerCache,
    Conversation,
    Index,
    QARunnable,
    RagEmbeddings,
    RagVectorStore,
)
from rag.answering.answer import Answer
from rag.codec import from_json, to_json
from rag.errors import QueryError, RetrieverError, SettingsError
from rag.evaluation.gold import GoldSet, Question
from rag.integrations.langchain import RagRetriever
from tests.retrieving import (
    ASKED,
    CANTEEN,
    EXCHANGE,
    LEAVE,
    OF_NOTHING,
    Fixed,
    asked_of,
    chroma_server,
    chroma_store,
    pinecone_service,
    said_by,
    text_of,
)

PAUSE = 0.05  # seconds


@pytest.fixture(scope="module")
def embeddings() -> RagEmbeddings:
    return RagEmbeddings()


@pytest.fixture(scope="module")
def in_memory(embeddings: RagEmbeddings) -> VectorStore:
    store = InMemoryVectorStore(embeddings)
    store.add_documents([LEAVE, CANTEEN])
    return store


@pytest.fixture(scope="module")
def in_faiss(embeddings: RagEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> VectorStore:
    """Ours: FAISS, on disk."""
    store = RagVectorStore(embeddings, tmp_path_factory.mktemp("store"))
    store.add_documents([LEAVE, CANTEEN])
    return store


@pytest.fixture(scope="module")
def in_chroma(
    embeddings: RagEmbeddings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VectorStore]:
    pytest.importorskip("langchain_chroma")
    with (
        chroma_server(tmp_path_factory.mktemp("chroma")) as port,
        chroma_store(port, embeddings) as store,
    ):
        store.add_documents([LEAVE, text_of(CANTEEN.page_content, source="canteen.md")])
        yield store


@pytest.fixture(scope="module")
def pinecone() -> Iterator[str]:
    """The address of a stand-in for Pinecone's service (tests/data/pinecone.json), which is asked as that is."""
    with pinecone_service() as (address, asked):
        yield address
        request = asked[0]
        assert request["path"] == EXCHANGE["asked"]["path"]
        assert set(EXCHANGE["asked"]["body"]) <= request["body"].keys()
        names = {name.lower() for name in request["headers"]}
        assert {name.lower() for name in EXCHANGE["asked"]["headers"]} <= names


class PineconeTexts:
    """Pinecone's own client as a retriever, as docs/pinecone.md has it."""

    def __init__(self, index: Any, embeddings: RagEmbeddings) -> None:
        self.index = index
        self.embeddings = embeddings

    def invoke(self, question: str) -> list[Document]:
        found = self.index.query(
            vector=self.embeddings.embed_query(question),
            top_k=8,
            include_metadata=True,
            namespace="handbook",
        )
        return [
            Document(id=one.id, page_content=one.metadata["text"], metadata=one.metadata)
            for one in found.matches
        ]


@pytest.fixture(scope="module")
def by_pinecone_client(embeddings: RagEmbeddings, pinecone: str) -> Iterator[PineconeTexts]:
    """Its own client, over HTTP."""
    module = pytest.importorskip("pinecone")
    index = module.Pinecone(api_key="key").Index(host=pinecone)
    yield PineconeTexts(index, embeddings)
    index.close()


@pytest.fixture(scope="module")
def in_pinecone(embeddings: RagEmbeddings, pinecone: str) -> Iterator[VectorStore]:
    """LangChain's store on top of it, where it is installed: it takes an older client."""
    module = pytest.importorskip("langchain_pinecone")
    store = module.PineconeVectorStore(
        embedding=embeddings, pinecone_api_key="key", host=pinecone, namespace="handbook"
    )
    yield store
    store.index.close()


@pytest.fixture(
    scope="module",
    params=["in_memory", "in_faiss", "in_chroma", "by_pinecone_client", "in_pinecone"],
)
def retriever(request: pytest.FixtureRequest) -> Any:
    found = request.getfixturevalue(request.param)
    many = {"k": 8}
    return found.as_retriever(search_kwargs=many) if hasattr(found, "as_retriever") else found


@pytest.fixture(scope="module")
def qa(in_memory: VectorStore) -> QA:
    return asked_of(in_memory.as_retriever(search_kwargs={"k": 8}))


def test_an_answer_quotes_what_a_store_has(retriever: Any) -> None:
    qa = asked_of(retriever)
    answer = qa.ask(ASKED)
    assert "30" in answer.text and not answer.abstained and answer.confidence > 0.5
    assert said_by(qa, answer)[0] == LEAVE.page_content
    cited = answer.citations[0]
    assert cited.quote == "Employees get 30 days of annual leave."
    assert (cited.place, cited.page) == ("handbook/leave.pdf, page 3 (iii)", 3)
    assert qa.document(cited.document_id).metadata["page"] == "2"
    assert qa.document(cited.document_id).metadata["id"] == LEAVE.id
    nothing = qa.ask(OF_NOTHING)
    assert nothing.abstained and not nothing.citations and nothing.closest is not None
    assert set(said_by(qa, nothing)) <= {LEAVE.page_content, CANTEEN.page_content}
    name = type(getattr(retriever, "vectorstore", retriever)).__name__
    assert qa.settings()["retriever"] == name


def test_it_is_awaited_as_it_is_asked(retriever: Any) -> None:
    qa = asked_of(retriever)

    async def both() -> tuple[Answer, list[str]]:
        kinds = [event.kind async for event in qa.astream(ASKED)]
        return await qa.aask(ASKED), kinds

    answer, kinds = asyncio.run(both())
    asked = qa.ask(ASKED)
    assert (answer.text, answer.citations) == (asked.text, asked.citations)
    assert kinds == ["hits", "answer"]


def test_a_store_itself_is_asked_for_k_documents(in_memory: VectorStore) -> None:
    answer = asked_of(in_memory, k=1).ask(ASKED)
    assert "30" in answer.text
    assert {hit.source for hit in asked_of(in_memory, k=1).retrieve(ASKED)} == {
        answer.citations[0].source
    }
    assert len({hit.source for hit in asked_of(in_memory, k=8).retrieve(ASKED)}) == 2


def test_only_its_own_ainvoke_is_awaited() -> None:
    class Awaited(Fixed):
        def invoke(self, question: str) -> list[Any]:
            raise AssertionError("not in a thread")

        async def ainvoke(self, question: str) -> list[Any]:
            await asyncio.sleep(PAUSE)
            self.asked.append(question)
            return list(self.documents)

    retriever = Awaited(LEAVE)
    qa = asked_of(retriever)
    answer = asyncio.run(qa.aask(ASKED))
    assert "30" in answer.text
    assert answer.timings["total"] > answer.timings["retrieve"] >= PAUSE  # it was waited for
    assert "30" in asyncio.run(QARunnable(qa).ainvoke(ASKED)).text
    assert "30" in asyncio.run(Conversation(qa).aask(ASKED)).text
    assert retriever.asked == [ASKED] * 3
    # A retriever that has none is asked in the answer's thread.
    assert "30" in asyncio.run(asked_of(Fixed(LEAVE)).aask(ASKED)).text


def test_all_ways_of_asking(qa: QA) -> None:
    asked = qa.ask(ASKED)
    *_, last = qa.stream(ASKED)
    assert last.answer is not None and last.answer.citations == asked.citations
    assert [a.text for a in qa.batch([ASKED, OF_NOTHING, ASKED])] == [
        asked.text,
        qa.ask(OF_NOTHING).text,
        asked.text,
    ]
    hits = qa.retrieve(ASKED, k=2)
    assert all(qa.document(h.document_id).text[h.start : h.end] == h.text for h in hits)
    assert qa.answer(ASKED, hits).citations == asked.citations
    talk = Conversation(qa)
    talk.ask(ASKED)
    assert "two weeks" in talk.ask("And when is it requested?").text
    ranked = asked_of(Fixed(CANTEEN, LEAVE), reranker="reader", k=1)
    assert ranked.ask(ASKED).text == asked.text
    assert from_json(to_json(asked), Answer).citations == asked.citations


def test_a_larger_model_is_held_to_the_retrieved_texts() -> None:
    said = 'They get 30 days. "30 days of annual leave" [1] It is paid in gold. "paid in gold" [1]'
    qa = asked_of(Fixed(LEAVE, CANTEEN), model=FakeListChatModel(responses=[said]))
    answer = qa.ask(ASKED)
    assert answer.text == "They get 30 days. [1]" and len(answer.unsupported) == 1
    assert said_by(qa, answer) == [LEAVE.page_content]


def test_it_is_evaluated(qa: QA, tmp_path: Path) -> None:
    from rag import evaluate

    gold = GoldSet(
        "gold", (Question("a", ASKED, ("30",)), Question("b", OF_NOTHING, answerable=False))
    )
    report = evaluate(qa, gold, out=tmp_path)
    assert report.about.index == "InMemoryVectorStore" and not report.about.errors
    assert report.rows[0].right and report.rows[1].abstained


def test_what_takes_an_index_is_told(qa: QA, sample: Index) -> None:
    with pytest.raises(QueryError, match="filter"):
        qa.ask(ASKED, where={"source": "*.pdf"})
    with pytest.raises(QueryError, match="empty"):
        asyncio.run(qa.aask("  "))
    with pytest.raises(QueryError, match="k is 0"):
        qa.retrieve(ASKED, k=0)
    with pytest.raises(SettingsError, match="InMemoryVectorStore is a retriever"):
        _ = qa.index
    wrong: list[tuple[Callable[[], Any], str]] = [
        (lambda: asked_of(Fixed(), cache=AnswerCache()), "cache takes an index"),
        (lambda: asked_of(Fixed(), diversity=0.5), "mmr"),
        (lambda: QA(), "an index, or a retriever"),
        (lambda: QA(sample, retriever=Fixed()), "an index, or a retriever"),
        (lambda: asked_of(sample), "retriever is a Index"),  # type: ignore[arg-type]
        (lambda: asked_of(Fixed), "retriever is a type"),  # type: ignore[arg-type]
    ]
    for make, said in wrong:
        with pytest.raises(SettingsError, match=said):
            make()


def test_a_retriever_that_fails_says_why(embeddings: RagEmbeddings) -> None:
    def away(question: str) -> list[Document]:
        raise ConnectionError("nobody\x1b listens at db:8000")

    for given, said in (
        (RunnableLambda(away), "ConnectionError: nobody listens at db:8000"),
        (RunnableLambda(lambda _: ["text"]), "no documents"),
        (RunnableLambda(lambda _: None), "no documents"),
        (Fixed(type("One", (), {"page_content": None, "metadata": {}})), "no documents"),
        (Fixed(type("One", (), {"page_content": "text", "metadata": ["a", 1]})), "no documents"),
    ):
        with pytest.raises(RetrieverError, match=said):
            asked_of(given).ask(ASKED)
        with pytest.raises(RetrieverError, match=said):
            asyncio.run(asked_of(given).aask(ASKED))


def test_our_own_retriever_is_one_too(sample: Index) -> None:
    retriever = RagRetriever(index=sample, k=8)
    question = "How many days of annual leave do I get in my second year?"
    over, asked = asked_of(retriever), QA(sample).ask(question)
    answer = over.ask(question)
    assert answer.text == asked.text and answer.citations[0].quote == asked.citations[0].quote
    assert answer.citations[0].page == asked.citations[0].page
    said_by(over, answer)
