"""What a server counts, for Prometheus. Labels are few: doors, stages, tiers, routes as they are declared, names of
indexes; never a document, a key or a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from rag.serve.workers import Workers
from rag.store.snapshot import Store

STAGES = ("queue", "retrieve", "answer", "total")
"""Waiting for a worker; finding passages; reading them, or a model that writes; all of it, as the caller waited."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0)
TENTHS = tuple(n / 10 for n in range(1, 11))
METHODS = frozenset("GET POST PUT PATCH DELETE HEAD OPTIONS".split())


class Metrics:
    """The counters of one server, in a registry of their own."""

    def __init__(self, workers: Workers, indexes: Mapping[str, Store]) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "rag_requests",
            "Requests by route as declared, method and status.",
            ("route", "method", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "rag_stage_seconds",
            "Seconds of each stage of a question, by the door it came in by.",
            ("stage", "door"),
            buckets=SECONDS,
            registry=registry,
        )
        self.answers = Counter(
            "rag_answers",
            "Answers by index and tier; none is an abstention.",
            ("index", "tier"),
            registry=registry,
        )
        self.questions = Counter(
            "rag_questions",
            "Questions by door and outcome: answered (or abstained), refused, problem, left.",
            ("door", "outcome"),
            registry=registry,
        )
        self.confidence = Histogram(
            "rag_confidence",
            "Confidence of answers, and of what was abstained from.",
            ("index",),
            buckets=TENTHS,
            registry=registry,
        )
        self.score = Histogram(
            "rag_retrieval_score",
            "Score of the best passage that was found for a question.",
            ("index",),
            buckets=TENTHS,
            registry=registry,
        )
        self.tokens = Counter(
            "rag_tokens",
            "Tokens read and written, by index.",
            ("index", "direction"),
            registry=registry,
        )
        self.cost = Counter(
            "rag_cost",
            "What paid models took, in the currency of the price table.",
            ("index",),
            registry=registry,
        )
        registry.register(_Now(workers, indexes))

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)


class _Now:
    """What is looked up when it is asked for."""

    def __init__(self, workers: Workers, indexes: Mapping[str, Store]) -> None:
        self.workers, self.indexes = workers, indexes

    def describe(self) -> Iterator[Metric]:
        return self.collect()

    def collect(self) -> Iterator[Metric]:
        workers = self.workers
        for name, said, value in (
            ("rag_queue_length", "Questions that wait for a worker.", workers.waiting),
            ("rag_workers", "Processes that answer.", workers.count),
            ("rag_workers_busy", "Processes that answer a question now.", workers.busy),
        ):
            yield GaugeMetricFamily(name, said, value)
        yield CounterMetricFamily(
            "rag_workers_replaced",
            "Processes that died, or took too long, and were replaced.",
            workers.replaced,
        )
        generation = GaugeMetricFamily(
            "rag_index_generation", "The published generation of an index.", labels=["index"]
        )
        published = GaugeMetricFamily(
            "rag_index_published_timestamp_seconds",
            "When it was published; time() less this is its age.",
            labels=["index"],
        )
        for name, store in self.indexes.items():
            if known := store.published():
                generation.add_metric([name], known[0])
                published.add_metric([name], known[1])
        yield generation
        yield published
