"""A client's messages: the question that is asked, and what was said before it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.followup import Turn
from rag.serve.openai.shapes import Message
from rag.serve.problems import ProblemError

MOST_TURNS = 20  # the latest ones are kept
MOST_CHARACTERS = 4_000  # of an earlier message


def question_and_turns(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The last message of the user, and the turns before it.

    What a system message tells goes into a turn that asks nothing: it helps a model that makes a follow-up
    stand alone to see what is meant, and gives no orders to what answers.

    Raises:
        ProblemError: 400, there is no question, or a message is not text.
    """
    asked = [number for number, one in enumerate(messages) if one.role == "user"]
    question = text_of(messages[asked[-1]]).strip() if asked else ""
    if not question:
        raise ProblemError(400, "No question", 'The last message of role "user" is the question.')
    turns: list[Turn] = []
    told: list[str] = []
    for message in messages[: asked[-1]]:
        text = text_of(message)[:MOST_CHARACTERS]
        if message.role in ("system", "developer"):
            told.append(text)
        elif message.role == "user":
            turns.append(Turn(text, text, ""))
        elif message.role == "assistant" and turns:
            before = turns[-1]
            turns[-1] = Turn(before.question, before.standalone, f"{before.answer}{text}")
    turns = turns[-MOST_TURNS:]
    if turns and told:
        turns.insert(0, Turn("", "", "\n".join(told)[:MOST_CHARACTERS]))
    return question, turns


def text_of(message: Message) -> str:
    """The text of a message, whether it comes whole or in parts.

    Raises:
        ProblemError: 400, a part of it is a picture, sound or file.
    """
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    for part in message.content:
        if part.type not in ("text", "refusal"):
            said = f'A part of a message is of type "{part.type}"; only text can be read.'
            raise ProblemError(400, "Only text", said)
    return "\n".join(part.text for part in message.content if part.text)
