"""Gold sets: questions with the answers and the evidence that a good system should find."""

from rag.evaluation.gold.question import Evidence, GoldSet, Question
from rag.evaluation.gold.read import SCHEMA, read_gold

__all__ = ["SCHEMA", "Evidence", "GoldSet", "Question", "read_gold"]
