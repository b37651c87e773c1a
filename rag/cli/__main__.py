"""``python -m rag.cli``: the command ``rag``."""

from rag.cli import main

main()
