"""The command line: ``rag index | ask | search | evaluate | ...``.

Exit codes: 0 done; 1 an error, said on standard error; 2 wrong usage; 3 done, but some files
could not be indexed (or verify or check found problems); 4 a metric fell by more than it may;
130 stopped by Ctrl-C; 141 whoever read the output has gone.
"""

import importlib
from typing import Any

_COMMANDS = (
    "adapting",
    "agents",
    "asking",
    "audit",
    "copying",
    "evaluating",
    "forgetting",
    "indexing",
    "keys",
    "looking",
    "rights",
    "serving",
)
__all__ = [*_COMMANDS, "main"]


def __getattr__(name: str) -> Any:
    # Only when asked for: ``python -m rag.cli`` imports this before it can mend the module path.
    if name not in __all__:
        raise AttributeError(f"module 'rag.cli' has no attribute {name!r}")
    modules = {module: importlib.import_module(f"rag.cli.{module}") for module in _COMMANDS}
    return modules.get(name) or importlib.import_module("rag.cli.app").main
