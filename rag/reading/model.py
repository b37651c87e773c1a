"""The reader as a Hugging Face causal language model: MiniLM's weights as a decoder that can only copy.

The sequence is ``[CLS] question [SEP] (context [SEP]) passage [SEP]``, the prefix, in which all
tokens see each other (prefix-LM attention, Raffel et al. 2020), followed by the answer, generated
from left to right with a key-value cache. The output distribution is a pointer (Vinyals et al. 2015):

- the first step points at a token of the passage that starts a word, or at ``[CLS]``, which says
  that the passage does not answer;
- each later step chooses between the passage token that follows the last one copied and ``[SEP]``,
  the end. Inside a word only the former is possible, at the end of the passage only the latter.

So every answer is a contiguous span of whole words of the passage, by construction, and the
probabilities of all spans and of no answer sum to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rag.embedding.encoder import load_weights, model_folder
from rag.errors import ExtraMissing
from rag.reading.prefix import ANSWER, CLS, NEVER, PASSAGE, SEP, Prefix

try:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional as F
    from transformers import (
        AutoConfig,
        AutoModelForCausalLM,
        GenerationMixin,
        PreTrainedConfig,
        PreTrainedModel,
    )
    from transformers.cache_utils import Cache, DynamicCache
    from transformers.modeling_outputs import CausalLMOutputWithPast
except ModuleNotFoundError as error:
    raise ExtraMissing("The reader as a model of transformers", "hf") from error

Array = NDArray[np.float32]
Ints = NDArray[np.int64]


class ReaderConfig(PreTrainedConfig):
    """``attention`` is "prefix" or "causal". ``calibration`` is that of confidence: see
    ``ranking.py``."""

    model_type = "rag_reader"

    def __init__(
        self,
        vocab_size: int = 30522,
        hidden_size: int = 384,
        num_hidden_layers: int = 6,
        num_attention_heads: int = 12,
        intermediate_size: int = 1536,
        max_position_embeddings: int = 512,
        layer_norm_eps: float = 1e-12,
        attention: str = "prefix",
        calibration: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.max_position_embeddings = max_position_embeddings
        self.layer_norm_eps = layer_norm_eps
        self.attention = attention
        self.calibration = calibration
        special: dict[str, Any] = {
            "bos_token_id": CLS,
            "eos_token_id": [SEP, CLS],
            "pad_token_id": 0,
        }
        super().__init__(**(special | kwargs))


class Layer(nn.Module):
    """A BERT layer (post-norm), attending to what came before it and to itself under a mask."""

    def __init__(self, config: ReaderConfig) -> None:
        super().__init__()
        d, self.heads = config.hidden_size, config.num_attention_heads
        self.query, self.key, self.value = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d)
        self.attention_output = nn.Linear(d, d)
        self.attention_norm = nn.LayerNorm(d, eps=config.layer_norm_eps)
        self.intermediate = nn.Linear(d, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, d)
        self.output_norm = nn.LayerNorm(d, eps=config.layer_norm_eps)

    def forward(self, x: Tensor, mask: Tensor, cache: Cache | None, number: int) -> Tensor:
        """[b, n, d] -> [b, n, d]. mask (added) [b, 1, n, past + n]; the cache, if there is one, is
        extended under this layer's ``number``."""
        q, k, v = (
            part(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        if cache is not None:
            k, v = cache.update(k, v, number)
        # Written out: on CPUs, at these lengths, twice as fast in training as torch's fused kernel.
        weights = (q * q.shape[-1] ** -0.5 @ k.transpose(-1, -2) + mask).softmax(-1)
        mixed = (weights.to(v.dtype) @ v).transpose(1, 2).flatten(2)
        x = self.attention_norm(self.attention_output(mixed) + x)
        return self.output_norm(self.output(F.gelu(self.intermediate(x))) + x)


class Pointer(nn.Module):
    """From hidden states to the logits of where to start, and of whether to end."""

    def __init__(self, config: ReaderConfig) -> None:
        super().__init__()
        d = config.hidden_size
        self.scale = d**-0.5
        self.start_query, self.start_key = nn.Linear(d, d), nn.Linear(d, d)
        self.start_bias = nn.Linear(d, 1)
        self.step_query, self.next_key, self.end_key = (nn.Linear(d, d) for _ in range(3))
        self.next_bias, self.end_bias = nn.Linear(d, 1), nn.Linear(d, 1)

    def start(self, prefix: Tensor, last: Tensor) -> Tensor:
        """[b, n, d], index of the prefix's last token [b] -> logits [b, n]."""
        asking = prefix[torch.arange(len(prefix), device=prefix.device), last]
        logits = self.start_key(prefix) @ self.start_query(asking).unsqueeze(-1)
        return (logits.squeeze(-1) * self.scale + self.start_bias(prefix).squeeze(-1)).float()

    def end(self, answer: Tensor, copied: Tensor, following: Tensor) -> Tensor:
        """Log odds of ending against going on, [b, m]: the answer's states [b, m, d], those of
        the passage tokens copied, and of the ones that follow them."""
        query = self.step_query(answer) * self.scale
        end = (query * self.end_key(copied)).sum(-1) + self.end_bias(copied).squeeze(-1)
        go_on = (query * self.next_key(following)).sum(-1) + self.next_bias(following).squeeze(-1)
        return (end - go_on).float()


class ReaderForCausalLM(PreTrainedModel, GenerationMixin):
    """The decoder. ``generate()`` decodes greedily or by sampling; exact decoding is ``decode``'s."""

    config_class = ReaderConfig
    main_input_name = "input_ids"

    def __init__(self, config: ReaderConfig) -> None:
        super().__init__(config)
        d = config.hidden_size
        self.words = nn.Embedding(config.vocab_size, d, padding_idx=config.pad_token_id)
        self.places = nn.Embedding(config.max_position_embeddings, d)
        self.types = nn.Embedding(3, d)
        self.norm = nn.LayerNorm(d, eps=config.layer_norm_eps)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.pointer = Pointer(config)
        # The word embeddings are the encoder's own and stay as they are: they are taken from there.
        self.words.weight.requires_grad_(False)
        self._keys_to_ignore_on_save = ["words.weight"]
        self._keys_to_ignore_on_load_missing = ["words.weight"]
        self.post_init()

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        """What a file of weights does not hold: the words, which are the encoder's."""
        super()._init_weights(module)
        if module is getattr(self, "words", None):
            weights = load_weights(model_folder())["embeddings.word_embeddings.weight"]
            module.weight.copy_(torch.from_numpy(weights))

    @cached_property
    def _continues(self) -> Tensor:
        """Which vocabulary entries go on inside a word ("##ing"), bool [vocabulary]."""
        vocabulary = Tokenizer.from_file(str(model_folder() / "tokenizer.json")).get_vocab()
        inside = torch.zeros(self.config.vocab_size, dtype=torch.bool)
        inside[[i for word, i in vocabulary.items() if word.startswith("##")]] = True
        return inside

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        past_key_values: Cache | None = None,
        use_cache: bool | None = None,
        **_: Any,
    ) -> CausalLMOutputWithPast:
        """Logits over the vocabulary of the next token, [b, 1, vocabulary]: of a prefix (padded on
        the left, if at all), or of one more answer token behind it.

        A word that stands in the passage twice counts as its more probable place. Tokens that
        cannot follow have minus infinity.
        """
        cache: Any = (
            DynamicCache(config=self.config) if past_key_values is None else past_key_values
        )
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        if not hasattr(cache, "pointer"):
            logits = self._first_logits(input_ids, attention_mask.bool(), cache)
        else:
            logits = self._next_logits(input_ids[:, -1], cache)
        return CausalLMOutputWithPast(logits=logits.unsqueeze(1), past_key_values=cache)

    def _first_logits(self, ids: Tensor, real: Tensor, cache: Any) -> Tensor:
        n = ids.shape[1]
        separators = (ids == SEP).long().cumsum(1)
        passage = real & (separators == separators[:, -1:] - 1) & (ids != SEP)
        types = ((separators >= separators[:, -1:] - 1) & (ids != SEP) & real).long() * PASSAGE
        types[:, -1] = PASSAGE
        places = (real.long().cumsum(1) - 1).clamp(min=0)
        sees = real[:, None, :].expand(-1, n, -1)
        if self.config.attention == "causal":
            sees = sees & torch.ones(n, n, dtype=torch.bool, device=ids.device).tril()
        mask = torch.where(sees, 0.0, NEVER).unsqueeze(1).to(self.dtype)
        hidden = self.run(self.embed(ids, places, types), mask, cache)
        last = torch.full((len(ids),), n - 1, device=ids.device)
        opens = passage & ~self._continues.to(ids.device)[ids]
        # A passage opens a word at its first token, whatever that is.
        opens |= passage & ~passage.roll(1, 1)
        opens |= real & (places == 0)
        log_p = self.pointer.start(hidden, last).masked_fill(~opens, -torch.inf).log_softmax(-1)
        cache.pointer = (hidden, ids, places, passage, real, log_p)
        cache.copied = None
        logits = log_p.new_full((len(ids), self.config.vocab_size), -torch.inf)
        return logits.scatter_reduce(1, ids, log_p, "amax")

    def _next_logits(self, token: Tensor, cache: Any) -> Tensor:
        hidden, ids, places, passage, real, log_p = cache.pointer
        if cache.copied is None:
            here = log_p.masked_fill(ids != token[:, None], -torch.inf)
            cache.copied = here.argmax(1, keepdim=True)
        else:
            cache.copied = (cache.copied + 1).clamp(max=ids.shape[1] - 2)
        at, rows = cache.copied, torch.arange(len(ids), device=ids.device)[:, None]
        done = cache.get_seq_length() - ids.shape[1]
        sees = torch.cat([real, real.new_ones(len(ids), done + 1)], 1)
        mask = torch.where(sees, 0.0, NEVER)[:, None, None].to(self.dtype)
        x = self.embed(token[:, None], places[rows, at], torch.full_like(at, ANSWER))
        answer = self.run(x, mask, cache)
        odds = self.pointer.end(answer, hidden[rows, at], hidden[rows, at + 1])
        inside = self._continues.to(ids.device)[ids[rows, at + 1]] & passage[rows, at + 1]
        odds = odds.masked_fill(inside, -torch.inf)
        odds = odds.masked_fill(~passage[rows, at + 1], torch.inf)
        logits = odds.new_full((len(ids), self.config.vocab_size), -torch.inf)
        logits.scatter_(1, ids[rows, at + 1], F.logsigmoid(-odds))
        logits[:, SEP] = F.logsigmoid(odds[:, 0])
        return logits

    def embed(self, ids: Tensor, places: Tensor, types: Tensor) -> Tensor:
        """Token ids, places in the prefix and token types, all [b, n] -> [b, n, d]."""
        return self.norm(self.words(ids) + self.places(places) + self.types(types))

    def run(self, x: Tensor, mask: Tensor, cache: Cache | None = None) -> Tensor:
        """Embedded tokens [b, n, d] through all layers; mask (added) [b, 1, n, past + n]."""
        for number, layer in enumerate(self.layers):
            x = layer(x, mask, cache, number)
        return x


class TorchBackend:
    """The torch model as ``decode.Backend``."""

    def __init__(self, model: ReaderForCausalLM) -> None:
        self.model = model.eval()

    @torch.inference_mode()
    def prefill(self, prefixes: Sequence[Prefix]) -> tuple[Array, Any]:
        """See :class:`~rag.reading.decode.Backend`."""
        model, device = self.model, self.model.device
        size, n = len(prefixes), max(len(p.ids) for p in prefixes)
        ids, types = (torch.zeros(size, n, dtype=torch.long) for _ in range(2))
        starts = torch.zeros(size, n, dtype=torch.bool)
        lengths = torch.tensor([len(p.ids) for p in prefixes])
        for row, prefix in enumerate(prefixes):
            ids[row, : len(prefix.ids)] = torch.from_numpy(prefix.ids)
            types[row, : len(prefix.ids)] = torch.from_numpy(prefix.types)
            starts[row, : len(prefix.ids)] = torch.from_numpy(prefix.starts)
        ids, types, starts, lengths = (t.to(device) for t in (ids, types, starts, lengths))
        places = torch.arange(n, device=device)
        sees = (places < lengths[:, None])[:, None, :].expand(size, n, n)
        if model.config.attention == "causal":
            sees = sees & (places[:, None] >= places)
        cache = DynamicCache()
        mask = torch.where(sees, 0.0, NEVER).unsqueeze(1).to(model.dtype)
        hidden = model.run(model.embed(ids, places.expand(size, n), types), mask, cache)
        logits = model.pointer.start(hidden, lengths - 1)
        log_p = logits.masked_fill(~starts, -torch.inf).log_softmax(-1)
        layers: list[Any] = [(layer.keys, layer.values) for layer in cast(Any, cache.layers)]
        return log_p.cpu().numpy(), (hidden, ids, lengths, layers)

    @torch.inference_mode()
    def extend(self, state: Any, rows: Ints, copied: Ints) -> Array:
        """See :class:`~rag.reading.decode.Backend`."""
        model = self.model
        hidden, ids, lengths, layers = state
        row, tokens = (torch.from_numpy(a).to(hidden.device) for a in (rows, copied))
        cache = DynamicCache()
        for number, (keys, values) in enumerate(layers):
            cache.update(keys[row], values[row], number)
        n, m = hidden.shape[1], tokens.shape[1]
        before = torch.arange(n, device=hidden.device) < lengths[row, None]
        own = torch.ones(m, m, dtype=torch.bool, device=hidden.device).tril()
        sees = torch.cat([before[:, None, :].expand(-1, m, -1), own.expand(len(row), m, m)], dim=2)
        mask = torch.where(sees, 0.0, NEVER).unsqueeze(1).to(model.dtype)
        at = row[:, None]
        x = model.embed(ids[at, tokens], tokens, torch.full_like(tokens, ANSWER))
        answer = model.run(x, mask, cache)
        odds = model.pointer.end(answer, hidden[at, tokens], hidden[at, tokens + 1])
        return odds.cpu().numpy()


AutoConfig.register(ReaderConfig.model_type, ReaderConfig)
AutoModelForCausalLM.register(ReaderConfig, ReaderForCausalLM)
