"""``python -m rag.cli``: the command ``rag``."""

import sys

# Python puts the working folder on the module path, which may be the one that is indexed: a
# click.py in it must not run. (``rag`` itself, as installed, does not have it there.)
if not sys.flags.safe_path:
    del sys.path[0]

from rag.cli import main

if __name__ == "__main__":
    main()
