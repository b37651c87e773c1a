"""A name -> a LangChain chat model: "hf:distilgpt2", "openai:gpt-4.1-mini", "ollama:llama3.2" ..."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import ConfigDict

from rag.errors import ModelError


def load_model(name: str, **options: Any) -> BaseChatModel:
    """``hf:`` and a folder or hub name: a causal LM run here by transformers. Anything else is
    LangChain's to name: provider, colon, model.

    Raises:
        ModelError: there is no such model, or its provider's package or key is missing.
    """
    try:
        if name.startswith("hf:"):
            return HuggingFaceChat.load(name.removeprefix("hf:"), **options)
        from langchain.chat_models import init_chat_model

        model: BaseChatModel = init_chat_model(name, **{"temperature": 0, **options})
        return model
    except ImportError as error:
        raise ModelError(f'The model "{name}" needs a package: {error}') from None
    except Exception as error:  # each provider raises its own
        detail = " ".join(str(error).split())[:300]
        raise ModelError(
            f'The model "{name}" cannot be loaded: {detail} Name one as "reader", "hf:FOLDER", or '
            '"provider:model" (for example "ollama:llama3.2").'
        ) from None


class HuggingFaceChat(BaseChatModel):
    """A causal LM of transformers as a chat model: greedy, so that the same question has the same
    answer. Without a chat template its messages are joined as plain text, and what does not fit
    its context is cut from the middle, between the instructions and the question."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: Any
    tokenizer: Any
    max_new_tokens: int = 256

    @classmethod
    def load(cls, name: str, *, max_new_tokens: int = 256, **options: Any) -> HuggingFaceChat:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(name)
        model = AutoModelForCausalLM.from_pretrained(name, **options).eval()
        return cls(model=model, tokenizer=tokenizer, max_new_tokens=max_new_tokens)

    @property
    def _llm_type(self) -> str:
        return "huggingface"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        import torch

        ids = self._prompt(messages)
        inputs = torch.tensor([ids], device=self.model.device)
        pad = self.tokenizer.pad_token_id
        with torch.inference_mode():
            out = self.model.generate(
                inputs,
                attention_mask=torch.ones_like(inputs),
                max_new_tokens=self.max_new_tokens,
                do_sample=False,
                pad_token_id=self.tokenizer.eos_token_id if pad is None else pad,
            )
        written = out[0, len(ids) :].tolist()
        text = self.tokenizer.decode(written, skip_special_tokens=True)
        for mark in stop or ():
            text = text.partition(mark)[0]
        usage = {
            "input_tokens": len(ids),
            "output_tokens": len(written),
            "total_tokens": len(ids) + len(written),
        }
        message = AIMessage(content=text, usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=message)])

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
        room = getattr(self.model.config, "max_position_embeddings", None) or len(ids) + 10**6
        room -= self.max_new_tokens
        if len(ids) <= room:
            return ids
        if room < 64:
            raise ModelError(
                f"max_new_tokens is {self.max_new_tokens}: too many for this model's context."
            )
        return [*ids[: room // 2], *ids[-(room - room // 2) :]]
