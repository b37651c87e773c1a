"""What routes need of the server that they run in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from rag.serve.access.budgets import Budgets
from rag.serve.access.gate import Gate
from rag.serve.access.rates import Rates
from rag.serve.access.usage import Ledger
from rag.serve.config import ServeConfig
from rag.serve.feedback import RecentAnswers
from rag.serve.jobs import Jobs
from rag.serve.state import State
from rag.serve.watching import Watch
from rag.serve.workers import Workers


@dataclass(frozen=True, slots=True)
class Services:
    """One server's: its configuration, the processes that answer, what it keeps, who may come in, how often and at
    what cost, and what keeps watch."""

    config: ServeConfig
    workers: Workers
    state: State
    gate: Gate
    rates: Rates
    ledger: Ledger
    budgets: Budgets
    watch: Watch
    jobs: Jobs
    recent: RecentAnswers

    async def close(self, *, grace_s: float = 30.0) -> None:
        """Let what is being answered be answered, for at most ``grace_s`` seconds, and end."""
        await self.jobs.close()
        await self.workers.close(grace_s=grace_s)
        await asyncio.to_thread(self.ledger.close)
        await asyncio.to_thread(self.watch.audit.close)
        self.state.close()


async def services_of(request: Request) -> Services:
    """Those of the application that a request came to. It waits for nothing, but what is no coroutine FastAPI calls
    in a thread."""
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(services_of)]
"""A route's parameter: the server's services."""
