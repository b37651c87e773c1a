"""What a key may spend a day on models of providers: held against what it has spent before each question, and
told after it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rag.serve.access.usage import Ledger, Used, today
from rag.serve.config import Price, ServeConfig, ServedIndex
from rag.serve.problems import ProblemError
from rag.serve.workers import Busy, Failed

# What a question takes as long as nobody knows better: passages around each chunk and a prompt; an answer.
FIRST_IN_A_CHUNK, FIRST_IN, FIRST_OUT = 250, 1_000, 500
_FREE = Price(input=0.0, output=0.0)


class Budgets:
    """Those of one server. What is being answered is reserved, so that many questions at once are not each held
    against the same rest. What a question will take is known only after it: it is taken to be what those before it took,
    so the last one of a day may go over the budget by as much as it is longer than they were."""

    def __init__(self, config: ServeConfig, ledger: Ledger) -> None:
        self._config, self._ledger = config, ledger
        self._tokens: Counter[str] = Counter()  # reserved, by key
        self._money: Counter[str] = Counter()

    @contextmanager
    def spending(self, key: str, index: str) -> Iterator[Spending]:
        """A question of a key to an index, from before it is asked until :meth:`Spending.settle`. One that was asked and
        never answered, since who asked has gone or it took too long, counts as what it was taken to need.

        Raises:
            ProblemError: 429, too little is left of today's budget.
        """
        served = self._config.index[index]
        expected = self._expected(index, served)
        tokens, money = expected.input_tokens + expected.output_tokens, expected.cost
        if served.paid:
            self._check(key, tokens, money)
        spending = Spending(self, key, served, expected)
        self._reserve(key, tokens, money)
        try:
            yield spending
        except (Busy, Failed, ProblemError):  # of which nothing was asked of the model, or in vain
            spending.settled = True
            raise
        finally:
            self._reserve(key, -tokens, -money)
            if not spending.settled:
                spending.count_expected()

    def limits(self, key: str) -> tuple[int, float]:
        """The tokens and the money that a key may use a day; 0 is no limit."""
        budget = self._config.budget
        own = budget.keys.get(key)
        tokens = budget.tokens if own is None or own.tokens is None else own.tokens
        money = budget.money if own is None or own.money is None else own.money
        return tokens, money

    def left(self, key: str) -> dict[str, float]:
        """What is left to a key today, of what is limited: ``tokens_left``, ``money_left``."""
        (most_tokens, most_money), (tokens, money) = self.limits(key), self._ledger.spent(key)
        left: dict[str, float] = {}
        if most_tokens:
            left["tokens_left"] = max(0, most_tokens - tokens)
        if most_money:
            left["money_left"] = round(max(0.0, most_money - money), 6)
        return left

    def price(self, model: str) -> Price:
        """What a model costs; nothing, where no price is given."""
        return self._config.prices.get(model, _FREE)

    def keep(self, used: Used) -> None:
        """Count what was used."""
        self._ledger.add(used)

    # -- inside -----------------------------------------------------------------------------

    def _expected(self, index: str, served: ServedIndex) -> Used:
        if not served.paid:
            return Used(today(), "", index, served.model)
        first = (FIRST_IN + FIRST_IN_A_CHUNK * served.k, FIRST_OUT)
        tokens_in, tokens_out = self._ledger.mean(index, served.model) or first
        read, written = math.ceil(tokens_in), math.ceil(tokens_out)
        cost = cost_of(self.price(served.model), read, written)
        return Used(
            today(), "", index, served.model, input_tokens=read, output_tokens=written, cost=cost
        )

    def _check(self, key: str, tokens: int, money: float) -> None:
        (most_tokens, most_money), (spent, paid) = self.limits(key), self._ledger.spent(key)
        left, rest = most_tokens - spent - self._tokens[key], most_money - paid - self._money[key]
        if most_tokens and left < tokens:
            said = f"{max(0, left):,} of {most_tokens:,} tokens are left of this key's budget for today, and a question takes about {tokens:,}."
        elif most_money and rest < money:
            said = f"{max(0.0, rest):.4f} of {most_money:g} is left of this key's budget for today, and a question costs about {money:.4f}."
        else:
            return
        said += " It is whole again at midnight."
        raise ProblemError(429, "Budget spent", said, {"Retry-After": str(_to_midnight())})

    def _reserve(self, key: str, tokens: int, money: float) -> None:
        self._tokens[key] += tokens
        self._money[key] += money  # type: ignore[assignment]


class Spending:
    """What one question takes. ``cost`` is None until it is known, and where a model of nobody's answers."""

    def __init__(self, budgets: Budgets, key: str, served: ServedIndex, expected: Used) -> None:
        self._budgets, self._key, self._served, self._expected = budgets, key, served, expected
        self.settled = False
        self.cost: float | None = None

    def settle(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Count what an answer (:class:`rag.serve.shapes.ShownAnswer`, as JSON values) took. Its usage as it is shown:
        of a provider's model also ``cost``, and what is left."""
        usage: dict[str, Any] = dict(answer["usage"])
        if answer["cached"]:
            usage = dict.fromkeys(usage, 0)
        if self._served.paid and not usage and answer["prompt"] and not answer["cached"]:
            self.count_expected()  # a model was asked, and does not say what it took
        else:
            read, written = usage.get("input_tokens", 0), usage.get("output_tokens", 0)
            self.count(read, written, cached=answer["cached"])
        if self._served.paid:
            usage = {**usage, "cost": self.cost, **self._budgets.left(self._key)}
        return usage

    def count(self, read: int, written: int, *, cached: bool = False) -> None:
        """Count one question of so many tokens, in and out."""
        self.settled = True
        cost = cost_of(self._budgets.price(self._served.model), read, written)
        self.cost = cost if self._served.paid else None
        self._budgets.keep(
            replace(
                self._expected,
                day=today(),
                key=self._key,
                cached=int(cached),
                input_tokens=read,
                output_tokens=written,
                cost=cost,
            )
        )

    def count_expected(self) -> None:
        """Count one that is not known to have taken anything else."""
        self.count(self._expected.input_tokens, self._expected.output_tokens)


def cost_of(price: Price, read: int, written: int) -> float:
    """What tokens cost.

    >>> cost_of(Price(input=0.5, output=2.0), 1_000_000, 500_000)
    1.5
    """
    return (price.input * read + price.output * written) / 1_000_000


def _to_midnight() -> int:
    now = datetime.now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return math.ceil((midnight - now).total_seconds())
