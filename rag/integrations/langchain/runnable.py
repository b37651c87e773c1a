"""The chain as a LangChain ``Runnable``, to be composed with ``|``, and as a tool for agents."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.tools import StructuredTool

from rag.answering.answer import Answer
from rag.answering.qa import QA

TOOL = (
    "Answers a question from the indexed documents with a verbatim quote and its source, "
    "or says that the documents do not state it."
)


class QARunnable(Runnable[str, Answer]):
    """A question in, an :class:`rag.Answer` out; callbacks see one run a question.

    >>> chain = QARunnable(qa) | (lambda answer: answer.text)  # doctest: +SKIP
    >>> chain.invoke("How long is the notice period?")  # doctest: +SKIP
    'two weeks'

    ``where`` may be given with a question, as to :meth:`rag.QA.ask`. In a chain that is streamed, the
    answer is one piece; :meth:`rag.QA.stream` shows the steps.
    """

    def __init__(self, qa: QA) -> None:
        self.qa = qa

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """As :meth:`rag.QA.ask`."""
        return self._call_with_config(
            lambda question: self.qa.ask(question, **kwargs), input, config
        )

    async def ainvoke(
        self, input: str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        """As :meth:`rag.QA.aask`."""

        async def ask(question: str) -> Answer:
            return await self.qa.aask(question, **kwargs)

        return await self._acall_with_config(ask, input, config)

    def batch(
        self,
        inputs: list[str],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Answer]:
        """The answers, in the order of the questions. Equal questions are answered once, unless each
        has a config of its own."""
        once = inputs if isinstance(config, list) else list(dict.fromkeys(inputs))
        answers = super().batch(once, config, return_exceptions=return_exceptions, **kwargs)
        if len(once) == len(inputs):
            return answers
        known = dict(zip(once, answers, strict=True))
        return [known[question] for question in inputs]


def ask_tool(qa: QA, *, name: str = "ask_documents", description: str = TOOL) -> StructuredTool:
    """A tool for agents: a question in, the answer with its quotes as Markdown out."""

    def ask(question: str) -> str:
        return qa.ask(question).to_markdown()

    async def aask(question: str) -> str:
        return (await qa.aask(question)).to_markdown()

    return StructuredTool.from_function(ask, aask, name=name, description=description)
