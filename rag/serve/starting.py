"""The services of a configuration: what a server over HTTP and one for an agent's pipes both run on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.serve import answers, conversations, feedback, jobs
from rag.serve.access import counts, gate, usage
from rag.serve.access.budgets import Budgets
from rag.serve.access.rates import Rates
from rag.serve.access.usage import Ledger
from rag.serve.audit import table
from rag.serve.config import ServeConfig
from rag.serve.protocol import Start
from rag.serve.services import Services
from rag.serve.state import ANSWERS, in_database, open_state
from rag.serve.watching import watch_over
from rag.serve.workers import Workers
from rag.store.addresses import within

SCHEMAS = (gate.SCHEMA, usage.SCHEMA, conversations.SCHEMA, feedback.SCHEMA, jobs.SCHEMA)
SHARED = (counts.SHARED, feedback.SHARED, answers.SHARED, table.SHARED)
"""What one server has in memory and in files of its own."""


@asynccontextmanager
async def opened(config: ServeConfig) -> AsyncIterator[Services]:
    """The services of a server, its workers ready. In the end what is being answered is answered first, and what is
    left to be written is written.

    Raises:
        Failed, WorkerLost: no worker could start.
        RagError: what is kept cannot be kept.
    """
    services = services_for(config)
    try:
        await services.workers.open()
        services.jobs.resume(config.index)
        yield services
    finally:
        await services.close()


def services_for(config: ServeConfig) -> Services:
    """Those that ``config`` asks for; the workers are not started yet.

    Raises:
        StorageError: what it keeps cannot be kept.
    """
    server = config.server
    absolute: dict[str, Any] = {
        name: replace(
            served,
            path=within(config.folder, served.path),
            rights=str(config.folder / served.rights) if served.rights else "",
        )
        for name, served in config.index.items()
    }
    place = config.state_place()
    cache = str(place if in_database(place) else Path(place) / ANSWERS)
    workers = Workers(
        Start(absolute, log=config.log, cache=cache),
        config.workers,
        queue=server.queue,
        time_limit_s=server.time_limit_s,
        wait_limit_s=server.wait_limit_s,
    )
    state = open_state(place, *SCHEMAS, *(SHARED if in_database(place) else ()))
    keeper = gate.Gate(
        state,
        loopback=config.loopback,
        session_hours=server.session_hours,
        tries=config.limits.failed_tries_a_minute,
    )
    ledger = Ledger(state)
    return Services(
        config,
        workers,
        state,
        keeper,
        rates=Rates(config.limits, state),
        ledger=ledger,
        budgets=Budgets(config, ledger),
        watch=watch_over(config, workers, state),
        jobs=jobs.Jobs(workers, state),
        recent=feedback.SharedAnswers(state) if state.shared else feedback.OwnAnswers(),
    )
