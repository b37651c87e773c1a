"""Teaching a local model to answer by quoting: a gold set to examples, examples to a LoRA adapter."""

from rag.adapting.examples import Example, Examples, examples_of
from rag.adapting.training import Step, train_adapter

__all__ = ["Example", "Examples", "Step", "examples_of", "train_adapter"]
