"""Gold sets in, scorecards out."""

from rag.evaluation.gold import GoldSet, read_gold
from rag.evaluation.judging import Judging
from rag.evaluation.report import Report
from rag.evaluation.run import evaluate

__all__ = ["GoldSet", "Judging", "Report", "evaluate", "read_gold"]
