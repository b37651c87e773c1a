"""What libraries print while a file is read stays away from the terminal."""

from __future__ import annotations

import sys
import types
import warnings

import pytest

from rag.documents.document import Document
from rag.documents.formats import Format, load
from rag.documents.source import Source


def loud(source: Source) -> Document:
    import logging

    logging.getLogger("noisy.reader").warning("EOF marker not found")
    logging.getLogger("noisy.reader").error("three rows are lost")
    warnings.warn("this will change", stacklevel=1)
    return Document("text", "loud")


def test_warnings_of_libraries_are_not_printed_and_errors_are_notes(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import logging

    module = types.ModuleType("loud_loader")
    module.load = loud  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "loud_loader", module)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in a program that has set none
    document = load(Source("a.loud", b"x"), Format("loud", 1, (".loud",), "loud_loader:load"))
    assert document.notes == ("noisy says: three rows are lost",)
    assert capfd.readouterr().err == ""
    logging.getLogger("noisy.reader").warning("after")
    assert "after" in capfd.readouterr().err
