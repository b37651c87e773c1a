"""The command line: ``rag index | ask | search | evaluate | ...``.

Exit codes: 0 done; 1 an error, said on standard error; 2 wrong usage; 3 done, but some files
could not be indexed (or verify or check found problems); 4 a metric fell by more than it may;
130 stopped by Ctrl-C.
"""

from rag.cli import asking, evaluating, indexing
from rag.cli.app import main

__all__ = ["asking", "evaluating", "indexing", "main"]
