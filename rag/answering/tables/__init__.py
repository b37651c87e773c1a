"""Tables asked as tables: cells looked up, and what is computed over rows, exactly or not at all.

``stored`` reads tables back from the text of a stored document, ``asked`` takes a question apart, ``words`` and
``values`` compare words and count with cells, ``lookup`` finds one cell, ``computed`` looks at all rows,
``executor`` decides whether it is sure enough to speak.
"""

from rag.answering.tables.executor import TableReply, by_table

__all__ = ["TableReply", "by_table"]
