"""/v1/embeddings: vectors of texts, by the encoder of an index."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from rag.serve.access.caller import CallerOf
from rag.serve.openai.models import model_named
from rag.serve.openai.shapes import EmbeddingRequest
from rag.serve.problems import ProblemError
from rag.serve.services import ServicesOf

router = APIRouter(prefix="/v1")
MOST_TEXTS = 2048  # as many as OpenAI takes
MOST_CHARACTERS = 400_000  # of all together: a worker is at them for some seconds


@router.post("/embeddings")
async def embeddings(
    asked: EmbeddingRequest, services: ServicesOf, caller: CallerOf
) -> dict[str, Any]:
    """The vectors, of length 1, in the order of the texts."""
    caller.demand("ask")
    index = model_named(asked.model, caller, services)
    texts = _texts(asked)
    await services.rates.take(caller, "searches")
    found = await services.workers.call(
        "embed",
        index=index,
        texts=texts,
        dimensions=asked.dimensions,
        packed=asked.encoding_format == "base64",
    )
    data = [
        {"object": "embedding", "index": number, "embedding": vector}
        for number, vector in enumerate(found["vectors"])
    ]
    usage = {"prompt_tokens": found["tokens"], "total_tokens": found["tokens"]}
    return {"object": "list", "data": data, "model": index, "usage": usage}


def _texts(asked: EmbeddingRequest) -> list[str]:
    given = [asked.input] if isinstance(asked.input, str) else asked.input
    texts = [one for one in given if isinstance(one, str)]
    if len(texts) < len(given):
        said = (
            "Numbers of tokens cannot be read here: send the texts themselves "
            "(OpenAIEmbeddings of LangChain does with check_embedding_ctx_length=False)."
        )
        raise ProblemError(400, "No texts", said)
    if not texts or not all(one.strip() for one in texts):
        raise ProblemError(400, "No texts", "There is no text, or an empty one among them.")
    size = sum(map(len, texts))
    if len(texts) > MOST_TEXTS or size > MOST_CHARACTERS:
        raise ProblemError(
            413,
            "Too long",
            f"{len(texts):,} texts of {size:,} characters; at most {MOST_TEXTS:,} of {MOST_CHARACTERS:,} "
            "are taken at a time. Send them in parts.",
        )
    return texts
