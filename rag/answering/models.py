"""A name to a LangChain chat model: "hf:distilgpt2", "openai:gpt-4.1-mini", "ollama:llama3.2" ..."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rag.errors import DISTRIBUTION, ExtraMissing, ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_NAME_ONE = (
    'Name one as "reader", "hf:FOLDER", or "provider:model" (for example "ollama:llama3.2").'
)
TIMEOUT_S = 60.0  # of a request to a provider
_EXTRAS = {
    "langchain": "langchain",
    "langchain-openai": "openai",
    "langchain-mistralai": "mistral",
    "langchain-anthropic": "anthropic",
    "langchain-ollama": "ollama",
    "accelerate": "hf",
    "gguf": "hf",
    "peft": "hf",
    "torch": "hf",
    "transformers": "hf",
}
_PROVIDERS = {
    "openai": "openai",
    "azure_openai": "openai",
    "mistralai": "mistral",
    "anthropic": "anthropic",
    "ollama": "ollama",
}


def load_model(name: str, **options: Any) -> BaseChatModel:
    """``hf:`` and a folder, GGUF file or hub name: a causal LM run here by transformers (options: see
    :meth:`rag.answering.huggingface.HuggingFaceChat.load`). Anything else is LangChain's to name:
    provider, colon, model; options are its own (``base_url``, ``api_key``, ``timeout``, ...).

    Raises:
        ModelError: there is no such model, or its key is missing.
        ExtraMissing: its packages are not installed.
    """
    if not name.strip():
        raise ModelError(f"The model's name is empty. {_NAME_ONE}")
    try:
        if name.startswith("hf:"):
            from rag.answering.huggingface import HuggingFaceChat

            return HuggingFaceChat.load(name.removeprefix("hf:"), **options)
        from langchain.chat_models import init_chat_model

        given: dict[str, Any] = {"temperature": 0, **options}
        if name.startswith(("openai:", "mistralai:", "anthropic:", "azure_openai:")):
            # Retries are ours (rag.answering.saying): the same for every provider.
            given = {"timeout": TIMEOUT_S, "max_retries": 0, **given}
        model: BaseChatModel = init_chat_model(name, **given)
        return model
    except ImportError as error:
        raise _missing(name, error) from None
    except ModelError:
        raise
    except Exception as error:  # each provider raises its own
        detail = " ".join(str(error).split())[:300]
        raise ModelError(f'The model "{name}" cannot be loaded: {detail} {_NAME_ONE}') from None


def _missing(name: str, error: ImportError) -> ExtraMissing | ModelError:
    """What to install: the extra of the package that is not there, or the package itself."""
    what = f'The model "{name}"'
    found = re.search(r"langchain[-_]\w+", str(error))
    package = found.group() if found else (error.name or "").partition(".")[0]
    package = package.replace("_", "-")
    extra = _EXTRAS.get(package)
    if extra == "langchain":  # the provider's extra brings it along
        extra = _PROVIDERS.get(name.partition(":")[0], extra)
    if extra is not None:
        return ExtraMissing(what, extra)
    if package:
        return ModelError(
            f'{what} needs the package {package}: pip install "{DISTRIBUTION}[langchain]" {package}'
        )
    return ModelError(f"{what} cannot be loaded: {error}")
