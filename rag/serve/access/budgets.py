"""What a key may spend a day on models of providers: held against what it has spent before each question, and
told after it."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rag.errors import StorageError
from rag.serve.access.usage import Ledger, Used, today
from rag.serve.config import Price, ServeConfig, ServedIndex
from rag.serve.problems import ProblemError
from rag.serve.workers import Busy, Failed

# What a question takes as long as nobody knows better: passages around each chunk and a prompt; an answer.
FIRST_IN_A_CHUNK, FIRST_IN, FIRST_OUT = 250, 1_000, 500
LATE_S = 60.0  # after the longest that a question may take, its server is taken to have died
_FREE = Price(input=0.0, output=0.0)


class Budgets:
    """Those of one server, or of all its replicas. What is being answered is reserved, so that many questions at once are not
    each held against the same rest. What a question will take is known only after it: it is taken to be what those before it took,
    so the last one of a day may go over the budget by as much as it is longer than they were."""

    def __init__(self, config: ServeConfig, ledger: Ledger) -> None:
        self._config, self._ledger = config, ledger
        server = config.server
        self._longest = server.wait_limit_s + server.time_limit_s + LATE_S  # that one may take

    @asynccontextmanager
    async def spending(self, key: str, index: str) -> AsyncIterator[Spending]:
        """A question of a key to an index, from before it is asked until :meth:`Spending.settle`. One that was asked and
        never answered, since who asked has gone or it took too long, counts as what it was taken to need.

        Raises:
            ProblemError: 429, too little is left of today's budget.
            StorageError: it is not known how much is left.
        """
        served = self._config.index[index]
        expected = await self._expected(key, index, served)
        reservation = ""
        if served.paid:
            reservation = await self._ledger.reserve(expected, self._longest, self._check(expected))
        spending = Spending(self, served, expected, reservation)
        try:
            yield spending
        except (Busy, Failed, ProblemError):  # of which nothing was asked of the model, or in vain
            spending.settled = True
            if reservation:
                self._ledger.add(None, reservation)
            raise
        finally:
            if not spending.settled:
                self._ledger.add(spending.used_as_expected(), reservation)

    def limits(self, key: str) -> tuple[int, float]:
        """The tokens and the money that a key may use a day; 0 is no limit."""
        budget = self._config.budget
        own = budget.keys.get(key)
        tokens = budget.tokens if own is None or own.tokens is None else own.tokens
        money = budget.money if own is None or own.money is None else own.money
        return tokens, money

    async def left(self, key: str) -> dict[str, float]:
        """What is left to a key today, of what is limited: ``tokens_left``, ``money_left``."""
        (most_tokens, most_money), (tokens, money) = self.limits(key), await self._ledger.spent(key)
        left: dict[str, float] = {}
        if most_tokens:
            left["tokens_left"] = max(0, most_tokens - tokens)
        if most_money:
            left["money_left"] = round(max(0.0, most_money - money), 6)
        return left

    def price(self, model: str) -> Price:
        """What a model costs; nothing, where no price is given."""
        return self._config.prices.get(model, _FREE)

    async def keep(self, used: Used, reservation: str, *, wait: bool) -> None:
        """Count what was used; ``wait`` until it counts."""
        if wait:
            await self._ledger.aadd(used, reservation)
        else:
            self._ledger.add(used, reservation)

    # -- inside -----------------------------------------------------------------------------

    async def _expected(self, key: str, index: str, served: ServedIndex) -> Used:
        if not served.paid:
            return Used(today(), key, index, served.model)
        first = (FIRST_IN + FIRST_IN_A_CHUNK * served.k, FIRST_OUT)
        tokens_in, tokens_out = await self._ledger.mean(index, served.model) or first
        read, written = math.ceil(tokens_in), math.ceil(tokens_out)
        cost = cost_of(self.price(served.model), read, written)
        return Used(
            today(), key, index, served.model, input_tokens=read, output_tokens=written, cost=cost
        )

    def _check(self, expected: Used) -> Callable[[int, float], None]:
        most_tokens, most_money = self.limits(expected.key)
        tokens, money = expected.input_tokens + expected.output_tokens, expected.cost

        def check(spent: int, paid: float) -> None:
            left, rest = most_tokens - spent, most_money - paid
            if most_tokens and left < tokens:
                said = f"{max(0, left):,} of {most_tokens:,} tokens are left of this key's budget for today, and a question takes about {tokens:,}."
            elif most_money and rest < money:
                said = f"{max(0.0, rest):.4f} of {most_money:g} is left of this key's budget for today, and a question costs about {money:.4f}."
            else:
                return
            said += " It is whole again at midnight."
            raise ProblemError(429, "Budget spent", said, {"Retry-After": str(_to_midnight())})

        return check


class Spending:
    """What one question takes. ``cost`` is None until it is known, and where a model of nobody's answers."""

    def __init__(
        self, budgets: Budgets, served: ServedIndex, expected: Used, reservation: str
    ) -> None:
        self._budgets, self._served = budgets, served
        self._expected, self._reservation = expected, reservation
        self.settled = False
        self.cost: float | None = None

    async def settle(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Count what an answer (:class:`rag.serve.shapes.ShownAnswer`, as JSON values) took. Its usage as it is shown:
        of a provider's model also ``cost``, and what is left."""
        usage: dict[str, Any] = dict(answer["usage"])
        if answer["cached"]:
            usage = dict.fromkeys(usage, 0)
        if self._served.paid and not usage and answer["prompt"] and not answer["cached"]:
            used = self.used_as_expected()  # a model was asked, and does not say what it took
        else:
            read, written = usage.get("input_tokens", 0), usage.get("output_tokens", 0)
            used = self._used(read, written, cached=answer["cached"])
        self.settled, paid = True, self._served.paid
        await self._budgets.keep(used, self._reservation, wait=paid)
        if paid:
            usage["cost"] = self.cost
            with suppress(StorageError):  # an answer that was paid for is not lost for it
                usage |= await self._budgets.left(used.key)
        return usage

    def used_as_expected(self) -> Used:
        """What is counted of one that is not known to have taken anything else."""
        return self._used(self._expected.input_tokens, self._expected.output_tokens)

    def _used(self, read: int, written: int, *, cached: bool = False) -> Used:
        cost = cost_of(self._budgets.price(self._served.model), read, written)
        self.cost = cost if self._served.paid else None
        return replace(
            self._expected,
            day=today(),
            cached=int(cached),
            input_tokens=read,
            output_tokens=written,
            cost=cost,
        )


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
