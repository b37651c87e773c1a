"""Gold sets in, scorecards out."""

from rag.evaluation.gold import GoldSet, read_gold
from rag.evaluation.report import Report, evaluate

__all__ = ["GoldSet", "Report", "evaluate", "read_gold"]
