"""What a chain asks: an index, or what a retriever of somebody else's brings.

``protocol`` says what answering needs of either; ``indexed`` is an index, ``retrieved`` a retriever, of which
``foreign`` reads the documents, and ``ranking`` puts their passages in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.corpus.indexed import IndexCorpus
from rag.answering.corpus.protocol import Corpus
from rag.errors import SettingsError
from rag.readable import Readable

if TYPE_CHECKING:
    from rag.answering.cache import AnswerCache
    from rag.answering.corpus.retrieved import Retriever, VectorStore


def corpus_of(
    index: Readable | None,
    retriever: Retriever | VectorStore | None,
    *,
    k: int,
    diversity: float,
    cache: AnswerCache | None,
) -> Corpus:
    """The corpus of a chain that is given these, as :class:`rag.QA` describes them.

    Raises:
        SettingsError: it is given neither an index nor a retriever, or both, or what takes an index.
    """
    if index is not None and retriever is None:
        return IndexCorpus(index)
    if retriever is None or index is not None:
        raise SettingsError("QA takes an index, or a retriever in its place.")
    if diversity:
        raise SettingsError('diversity takes an index; a retriever has search_type="mmr" for it.')
    if cache is not None:
        raise SettingsError(
            "cache takes an index: nobody knows when what a retriever finds has changed."
        )
    from rag.answering.corpus.retrieved import retriever_corpus

    return retriever_corpus(retriever, k)
