"""What is kept and counted of every question: one value that goes along with it, and in the end into the audit, the
metrics, the trace and the log."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from rag.serve import tracing
from rag.serve.audit import Audit, AuditFiles, AuditTable, Line, Outcome, Read
from rag.serve.config import ServeConfig
from rag.serve.current import Current, current
from rag.serve.metrics import METHODS, Metrics
from rag.serve.problems import problem_of
from rag.serve.state import State, in_database
from rag.serve.workers import Workers
from rag.store.addresses import store_at, within

_log = structlog.get_logger("rag.serve")


@dataclass(slots=True)
class Asked:
    """A question on its way. ``index`` is known once the caller is seen to may use it; ``hits`` and ``answer`` are as
    :mod:`rag.serve.shapes` has them; ``cost`` is set by who knows prices."""

    current: Current
    key: str
    question: str
    what: str = "question"
    index: str = ""
    hits: Sequence[Mapping[str, Any]] = ()
    answer: Mapping[str, Any] = field(default_factory=dict)
    cost: float | None = None
    outcome: Outcome = "left"
    status: int = 200
    problem: str = ""
    begun_ns: int = field(default_factory=time.time_ns)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def line(self) -> Line:
        """As the audit keeps it."""
        answer = self.answer
        return Line(
            what=self.what,
            request=self.current.id,
            door=self.current.door,
            key=self.key,
            index=self.index,
            outcome=self.outcome,
            generation=answer.get("generation", 0),
            question=self.question,
            passages=tuple(Read(hit["source"], hit["start"], hit["end"]) for hit in self.hits),
            prompt=answer.get("prompt", ""),
            model=answer.get("model", ""),
            answer=answer.get("text", ""),
            tier=answer.get("tier", ""),
            confidence=answer.get("confidence"),
            abstained=answer.get("abstained", False),
            tokens=answer.get("usage", {}),
            cost=self.cost,
            seconds={stage: round(value, 4) for stage, value in self.seconds.items()},
            status=self.status,
            problem=self.problem,
        )


class Watch:
    """What one server keeps and counts."""

    def __init__(self, audit: Audit, metrics: Metrics) -> None:
        self.audit, self.metrics = audit, metrics

    @contextmanager
    def asked(self, key: str, question: str, what: str = "question") -> Iterator[Asked]:
        """Watch a question, or a search, from here to the end of the block, whatever it is."""
        asked = Asked(current(), key, question, what)
        begun = time.monotonic()
        waited = asked.current.waited
        try:
            yield asked
            asked.outcome = "answered"
        except Exception as error:
            problem = problem_of(error)
            asked.status, asked.problem = problem.status, problem.detail
            asked.outcome = (
                "refused" if problem.status < 500 or problem.status == 503 else "problem"
            )
            raise
        except BaseException:  # the caller has gone: before the answer, or with it
            if asked.answer:
                asked.outcome = "answered"
            raise
        finally:
            timings = asked.answer.get("timings", {})
            asked.seconds = {
                "queue": asked.current.waited - waited,
                **{stage: timings[stage] for stage in ("retrieve", "answer") if stage in timings},
                "total": time.monotonic() - begun,
            }
            self._ended(asked)

    def done(self, what: str, key: str, *, index: str = "", about: Sequence[str] = ()) -> None:
        """Keep that something was done: an upload, a removal, a change of keys; ``about`` are names."""
        now = current()
        self.audit.write(
            Line(what=what, request=now.id, door=now.door, key=key, index=index, about=tuple(about))
        )
        _log.info(what, key=key, index=index)

    def responded(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was responded to."""
        method = method if method in METHODS else "other"
        self.metrics.requests.labels(route, method, str(status)).inc()
        say = _log.debug if route in QUIET else _log.info
        say("request", route=route, method=method, status=status, seconds=round(seconds, 3))

    def _ended(self, asked: Asked) -> None:
        self.audit.write(asked.line)
        tracing.record(asked)
        if asked.what != "question":
            return
        metrics, door, index, answer = self.metrics, asked.current.door, asked.index, asked.answer
        metrics.questions.labels(door, asked.outcome).inc()
        if not answer:
            return
        for stage, seconds in asked.seconds.items():
            metrics.seconds.labels(stage, door).observe(seconds)
        metrics.answers.labels(index, answer["tier"]).inc()
        metrics.confidence.labels(index).observe(answer["confidence"])
        if asked.hits:
            metrics.score.labels(index).observe(max(hit["score"] for hit in asked.hits))
        if not answer["cached"]:
            for direction in ("input", "output"):
                spent = answer["usage"].get(f"{direction}_tokens", 0)
                metrics.tokens.labels(index, direction).inc(spent)
        if asked.cost:
            metrics.cost.labels(index).inc(asked.cost)


def watch_over(config: ServeConfig, workers: Workers, state: State) -> Watch:
    """What is to keep watch over a server of this configuration.

    Raises:
        StorageError: the audit cannot be kept.
    """
    indexes = {
        name: store_at(within(config.folder, served.path)) for name, served in config.index.items()
    }
    place, settings = config.state_place(), config.audit
    kept = (
        AuditTable(state, settings)
        if in_database(place)
        else AuditFiles.opened(Path(place), settings)
    )
    return Watch(Audit(kept), Metrics(workers, indexes))


QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/static"})
"""Routes that are asked for all the time."""
