"""A causal LM of transformers as a LangChain chat model, run here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict

from rag.answering.repeating import loops
from rag.answering.weights import fingerprint, load_weights
from rag.errors import ModelError

_ROLES = {"human": "user", "ai": "assistant"}


class HuggingFaceChat(BaseChatModel):
    """A causal LM of transformers as a chat model: greedy, so that the same question has the same
    answer. Without a chat template its messages are joined as plain text, and what does not fit
    its context is cut from the middle, between the instructions and the question. It stops where it
    begins to repeat itself without end."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: Any
    tokenizer: Any
    name: str = ""
    adapter: str = ""
    max_new_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    constrain_quotes: bool = False

    @classmethod
    def load(
        cls,
        name: str,
        *,
        adapter: str | Path | None = None,
        max_new_tokens: int = 256,
        temperature: float = 0.0,
        seed: int = 0,
        constrain_quotes: bool = False,
        device: str | None = None,
        **options: Any,
    ) -> HuggingFaceChat:
        """A folder, a GGUF file or a hub name.

        adapter: a folder with a LoRA adapter of this model; see :func:`rag.adapting.train_adapter`.
        device: "cpu", "cuda", ...; None takes a GPU if there is one. temperature: 0 is greedy;
        above it, ``seed`` makes it repeatable. constrain_quotes: between double quotes only words of
        the passages can be written. ``options`` go to ``from_pretrained``: ``dtype``
        ("bfloat16"), ``quantization_config``, ``device_map`` ...

        Raises:
            ModelError: there is no such model or adapter.
        """
        model, tokenizer = load_weights(name, adapter=adapter, device=device, **options)
        return cls(
            model=model,
            tokenizer=tokenizer,
            name=name,
            adapter=fingerprint(Path(adapter)) if adapter is not None else "",
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
        names = ("name", "adapter", "max_new_tokens", "temperature", "seed", "constrain_quotes")
        return {"dtype": str(self.model.dtype), **{name: getattr(self, name) for name in names}}

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
        """How many tokens ``text`` is, without any that the tokenizer adds."""
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
        given_up = Event()

        def run() -> None:
            try:
                result["ids"] = self._write(ids, messages, stop, streamer, given_up)
            except BaseException as error:
                result["error"] = error
                streamer.end()

        thread = Thread(target=run, daemon=True)
        thread.start()
        text = ""
        try:
            for piece in streamer:
                begun, text = len(text), text + piece
                ends = [text.find(mark) for mark in stop or () if mark in text]
                if piece := text[begun : min(ends, default=len(text))]:
                    yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
                if ends:
                    break
        finally:  # also where nobody asks for the rest: then nobody pays for it
            given_up.set()
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
        given_up: Event | None = None,
    ) -> Any:
        import torch
        from transformers import StoppingCriteriaList

        def ended(written: Any, *_: Any, **__: Any) -> bool:
            text = self.tokenizer.decode(written[0, len(ids) :], skip_special_tokens=True)
            return loops(text) or bool(given_up and given_up.is_set())

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
                stopping_criteria=StoppingCriteriaList([ended]),
                **options,
            )

    def _prompt(self, messages: list[BaseMessage]) -> list[int]:
        ids = prompt_ids(self.tokenizer, [(m.type, str(m.content)) for m in messages])
        room = self.room
        if len(ids) <= room:
            return ids
        return [*ids[: room // 2], *ids[-(room - room // 2) :]]


def prompt_ids(tokenizer: Any, messages: Sequence[tuple[str, str]]) -> list[int]:
    """The tokens by which a model is asked for a reply to (role, text) pairs: by its chat template, if
    it has one."""
    if getattr(tokenizer, "chat_template", None):
        turns = [{"role": _ROLES.get(role, role), "content": text} for role, text in messages]
        text = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    else:
        ids = tokenizer("\n\n".join(text for _, text in messages) + "\nAnswer:")["input_ids"]
    return ids


def _usage(given: int, written: int) -> Any:
    return {"input_tokens": given, "output_tokens": written, "total_tokens": given + written}
