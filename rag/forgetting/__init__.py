"""Forget documents: take them out of an index and of all that quotes them, and prove that nothing is left."""

from rag.forgetting.forget import Forgotten, forget
from rag.forgetting.proof import Looked, look
from rag.forgetting.stores import Keeping, rows_store
from rag.forgetting.traces import Traces, traces_of

__all__ = ["Forgotten", "Keeping", "Looked", "Traces", "forget", "look", "rows_store", "traces_of"]
