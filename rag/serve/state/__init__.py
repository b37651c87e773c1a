"""What a server keeps besides indexes: keys, conversations, feedback, usage. It lives in one SQLite file, or in PostgreSQL,
where replicas share it."""

from rag.serve.state.opening import existing_state, open_state
from rag.serve.state.places import Place, in_database, masked, place_of, state_of_index
from rag.serve.state.protocol import Db, State, now
from rag.serve.state.sqlite import ANSWERS, FILE, SqliteState

__all__ = [
    "ANSWERS",
    "FILE",
    "Db",
    "Place",
    "SqliteState",
    "State",
    "existing_state",
    "in_database",
    "masked",
    "now",
    "open_state",
    "place_of",
    "state_of_index",
]
