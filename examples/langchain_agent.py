"""An agent of LangChain that looks things up in the documents. Needs pip install "rag-folder[openai]"
and an API key: python examples/langchain_agent.py indexes/example openai:gpt-4.1-mini QUESTION"""

from __future__ import annotations

import sys
from typing import Any

from langchain.agents import create_agent

from rag import QA, Index
from rag.integrations.langchain import ask_tool


def main(path: str, model: Any, question: str) -> None:
    tool = ask_tool(QA(Index.open(path)))
    agent = create_agent(model, tools=[tool], system_prompt="Look everything up, and quote it.")
    for message in agent.invoke({"messages": [("user", question)]})["messages"]:
        print(f"{message.type}: {message.text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
