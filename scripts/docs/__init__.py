"""What README.md and docs/ show is run, not typed: python -m scripts.docs

Fills in the outputs of commands and examples, the help texts of the command line, the settings, the
reference of the Python API, and the picture in README.md; pages are named as arguments (and "picture"),
else it is all of them; --anew also puts in new times, on a machine that is quiet. tests/test_docs.py
runs all of it again and fails where a page shows something else.

What a page may hold:

``console``   commands behind "$ " and what they print, run from a folder that holds ``data`` and,
              but on pages that build it, ``indexes/demo``. A line "[...]" stands for any lines.
``pycon``     a Python session, and ``python``, a program: a page's share one namespace.
``toml NAME`` (or json, python, ...) a file of that name, which is written there.
``text``      is not run; ``sh`` neither: it may only install something.

A block whose first line is "# Needs ..." is not run: it needs a network, or a key. That its commands
and options exist, and its code compiles, is checked all the same.
"""
