"""A name -> a LangChain chat model: "hf:distilgpt2", "openai:gpt-4.1-mini", "ollama:llama3.2" ..., and
how it is asked: again where that may help, in words for a person where it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Thread
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict
from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from rag.errors import DISTRIBUTION, ModelError

TIMEOUT_S = 60.0  # of a request to a provider
ATTEMPTS = 3
Messages = list[tuple[str, str]]
_PASSING = {408, 409, 429, 500, 502, 503, 504}
_EXTRAS = {
    "langchain-openai": "openai",
    "langchain-mistralai": "mistral",
    "langchain-anthropic": "anthropic",
    "langchain-ollama": "ollama",
}


def load_model(name: str, **options: Any) -> BaseChatModel:
    """``hf:`` and a folder or hub name: a causal LM run here by transformers (options: see
    :meth:`HuggingFaceChat.load`). Anything else is LangChain's to name: provider, colon, model;
    options are its own (``base_url``, ``api_key``, ``timeout``, ...).

    Raises:
        ModelError: there is no such model, or its provider's package or key is missing.
    """
    try:
        if name.startswith("hf:"):
            return HuggingFaceChat.load(name.removeprefix("hf:"), **options)
        from langchain.chat_models import init_chat_model

        given: dict[str, Any] = {"temperature": 0, **options}
        if name.startswith(("openai:", "mistralai:", "anthropic:", "azure_openai:")):
            # Retries are ours (see ``patiently``): the same for every provider.
            given = {"timeout": TIMEOUT_S, "max_retries": 0, **given}
        model: BaseChatModel = init_chat_model(name, **given)
        return model
    except ImportError as error:
        raise ModelError(f'The model "{name}" needs a package. {_install(str(error))}') from None
    except ModelError:
        raise
    except Exception as error:  # each provider raises its own
        detail = " ".join(str(error).split())[:300]
        raise ModelError(
            f'The model "{name}" cannot be loaded: {detail} Name one as "reader", "hf:FOLDER", or '
            '"provider:model" (for example "ollama:llama3.2").'
        ) from None


def _install(said: str) -> str:
    package = re.search(r"langchain[-_]\w+", said)
    if package is None:
        return said
    name = package.group().replace("_", "-")
    wanted = f'"{DISTRIBUTION}[{_EXTRAS[name]}]"' if name in _EXTRAS else name
    return f"Install it: pip install {wanted}"


def patiently(wait: float = 0.5) -> Retrying:
    """Three attempts with exponential back-off, where the failure is one that passes: a timeout, a
    lost connection, a rate limit, a server's error."""
    return Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=wait, max=8.0) + wait_random(0, wait),
        retry=retry_if_exception(_passes),
        reraise=True,
    )


def _passes(error: BaseException) -> bool:
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return status in _PASSING
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return bool(kinds & {"TimeoutError", "TimeoutException", "ConnectionError", "TransportError",
                         "APIConnectionError", "APITimeoutError"})  # fmt: skip


def say(model: BaseChatModel, messages: Messages) -> tuple[str, dict[str, int]]:
    """What a model replies, and the tokens it took.

    Raises:
        ModelError: it cannot be reached, or fails, or replies nothing that is text.
    """
    try:
        reply = patiently()(model.invoke, messages)
        return str(reply.text), usage_of(reply)
    except ModelError:
        raise
    except Exception as error:  # each provider raises its own
        raise _failed(error) from error


def say_in_pieces(model: BaseChatModel, messages: Messages) -> Iterator[str | dict[str, int]]:
    """The same as it is written: pieces of text, then the tokens. Begun again only if nothing has
    been said yet."""
    try:
        pieces = patiently()(_begun, model, messages)
        whole: Any = None
        for piece in pieces:
            whole = piece if whole is None else whole + piece
            if piece.text:
                yield str(piece.text)
        yield usage_of(whole)
    except ModelError:
        raise
    except Exception as error:
        raise _failed(error) from error


def _begun(model: BaseChatModel, messages: Messages) -> Iterator[Any]:
    """A stream whose first piece has come: until then a failure can be tried again."""
    stream = model.stream(messages)
    first = next(stream, None)

    def pieces() -> Iterator[Any]:
        if first is not None:
            yield first
        yield from stream

    return pieces()


def _failed(error: Exception) -> ModelError:
    detail = " ".join(str(error).split())[:300]
    return ModelError(
        f"The model did not answer: {type(error).__name__}: {detail} Is its server running, the "
        "address right, the key valid?"
    )


def usage_of(reply: Any) -> dict[str, int]:
    return {
        name: count
        for name, count in dict(getattr(reply, "usage_metadata", None) or {}).items()
        if isinstance(count, int)
    }


class HuggingFaceChat(BaseChatModel):
    """A causal LM of transformers as a chat model: greedy, so that the same question has the same
    answer. Without a chat template its messages are joined as plain text, and what does not fit
    its context is cut from the middle, between the instructions and the question."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: Any
    tokenizer: Any
    max_new_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    constrain_quotes: bool = False

    @classmethod
    def load(
        cls,
        name: str,
        *,
        max_new_tokens: int = 256,
        temperature: float = 0.0,
        seed: int = 0,
        constrain_quotes: bool = False,
        device: str | None = None,
        **options: Any,
    ) -> HuggingFaceChat:
        """A folder or hub name.

        device: "cpu", "cuda", ...; None takes a GPU if there is one. temperature: 0 is greedy;
        above it, ``seed`` makes it repeatable. constrain_quotes: between double quotes only words of
        the passages can be written. ``options`` go to ``from_pretrained``: ``dtype``
        ("bfloat16"), ``quantization_config``, ``device_map`` ...
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(name)
        model = AutoModelForCausalLM.from_pretrained(name, **options).eval()
        if "device_map" not in options and "quantization_config" not in options:
            model.to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        return cls(
            model=model,
            tokenizer=tokenizer,
            max_new_tokens=max_new_tokens,
            temperature=temperature,
            seed=seed,
            constrain_quotes=constrain_quotes,
        )

    @property
    def _llm_type(self) -> str:
        return "huggingface"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        names = ("max_new_tokens", "temperature", "seed", "constrain_quotes")
        own = {name: getattr(self, name) for name in names}
        dtype = str(self.model.dtype)
        return {"name": self.model.config.name_or_path, "dtype": dtype, **own}

    @property
    def room(self) -> int:
        """Tokens that a prompt may have.

        Raises:
            ModelError: the reply leaves none.
        """
        config = self.model.config
        context = getattr(config, "max_position_embeddings", None) or 10**6
        room = int(context) - self.max_new_tokens
        if room < 64:
            raise ModelError(
                f"max_new_tokens is {self.max_new_tokens}: too many for this model's context of "
                f"{context}."
            )
        return room

    def get_num_tokens(self, text: str) -> int:
        return len(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        ids = self._prompt(messages)
        out = self._write(ids, messages, stop)
        written = out[0, len(ids) :].tolist()
        text = self.tokenizer.decode(written, skip_special_tokens=True)
        for mark in stop or ():
            text = text.partition(mark)[0]
        message = AIMessage(content=text, usage_metadata=_usage(len(ids), len(written)))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import TextIteratorStreamer

        ids = self._prompt(messages)
        streamer = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        result: dict[str, Any] = {}

        def run() -> None:
            try:
                result["ids"] = self._write(ids, messages, stop, streamer)
            except BaseException as error:
                result["error"] = error
                streamer.end()

        thread = Thread(target=run, daemon=True)
        thread.start()
        text = ""
        for piece in streamer:
            text += piece
            if any(mark in text for mark in stop or ()):
                break
            if piece:
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        thread.join()
        if "error" in result:
            raise result["error"]
        written = len(result["ids"][0]) - len(ids)
        usage = _usage(len(ids), written)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))

    def _write(
        self,
        ids: list[int],
        messages: list[BaseMessage],
        stop: list[str] | None,
        streamer: Any = None,
    ) -> Any:
        import torch

        inputs = torch.tensor([ids], device=self.model.device)
        pad = self.tokenizer.pad_token_id
        options: dict[str, Any] = {}
        if stop:
            options.update(stop_strings=list(stop), tokenizer=self.tokenizer)
        if self.temperature > 0:
            torch.manual_seed(self.seed)
            options.update(do_sample=True, temperature=self.temperature)
        else:
            options.update(do_sample=False)
        if self.constrain_quotes:
            from rag.answering.quoting import QuoteConstraint

            source = "\n".join(str(m.content) for m in messages if m.type == "human")
            options["logits_processor"] = [QuoteConstraint(self.tokenizer, source, len(ids))]
        with torch.inference_mode():
            return self.model.generate(
                inputs,
                attention_mask=torch.ones_like(inputs),
                max_new_tokens=self.max_new_tokens,
                pad_token_id=self.tokenizer.eos_token_id if pad is None else pad,
                streamer=streamer,
                **options,
            )

    def _prompt(self, messages: list[BaseMessage]) -> list[int]:
        if getattr(self.tokenizer, "chat_template", None):
            roles = {"system": "system", "human": "user", "ai": "assistant"}
            turns = [{"role": roles[m.type], "content": str(m.content)} for m in messages]
            text = self.tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, tokenize=False
            )
            ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        else:
            text = "\n\n".join(str(m.content) for m in messages) + "\nAnswer:"
            ids = self.tokenizer(text)["input_ids"]
        room = self.room
        if len(ids) <= room:
            return ids
        return [*ids[: room // 2], *ids[-(room - room // 2) :]]


def _usage(given: int, written: int) -> Any:
    return {"input_tokens": given, "output_tokens": written, "total_tokens": given + written}
