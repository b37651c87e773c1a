"""Spans for OpenTelemetry, where its packages are installed; else nothing is imported, and nothing done.

A question is a span with one inside for each stage, made when it has ended, from what was measured: workers are
processes of their own. Attributes are named here alone, since those of generative models still change
(https://opentelemetry.io/docs/specs/semconv/gen-ai/). Neither question nor answer is in a span.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.serve.watching import Asked

NAMES = {"queue": "queue", "retrieve": "retrieval", "answer": "chat"}
"""Stages, and the operations that they are."""
_tracer: Any = None


def start() -> None:
    """Trace from here on, if OpenTelemetry's SDK is there. Spans go where the environment says
    (OTEL_EXPORTER_OTLP_ENDPOINT, with the package of that exporter), or to the provider that is set already."""
    global _tracer
    if not (find_spec("opentelemetry") and find_spec("opentelemetry.sdk")):
        return
    from opentelemetry import trace

    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") and find_spec("opentelemetry.exporter"):
        _export()
    _tracer = trace.get_tracer("rag.serve")


def record(asked: Asked) -> None:
    """The spans of a question that has ended."""
    if _tracer is None:
        return
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    came = TraceContextTextMapPropagator().extract({"traceparent": asked.current.traceparent})
    begun, answer = asked.begun_ns, asked.answer
    whole = _tracer.start_span(
        f"invoke_agent {asked.index}",
        context=came,
        kind=trace.SpanKind.SERVER,
        start_time=begun,
        attributes={
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "rag",
            "gen_ai.data_source.id": asked.index,
            "rag.request.id": asked.current.id,
            "rag.door": asked.current.door,
            "rag.outcome": asked.outcome,
            "rag.generation": answer.get("generation", 0),
            "rag.tier": answer.get("tier", ""),
            "rag.confidence": answer.get("confidence", 0.0),
        },
    )
    inside, at = trace.set_span_in_context(whole, came), begun
    for stage, operation in NAMES.items():
        if stage not in asked.seconds:
            continue
        attributes: dict[str, Any] = {"gen_ai.operation.name": operation}
        if stage == "answer":
            usage = answer.get("usage", {})
            attributes |= {
                "gen_ai.request.model": answer.get("model", ""),
                "gen_ai.prompt.name": answer.get("prompt", ""),
                "gen_ai.usage.input_tokens": usage.get("input_tokens", 0),
                "gen_ai.usage.output_tokens": usage.get("output_tokens", 0),
            }
        span = _tracer.start_span(operation, context=inside, start_time=at, attributes=attributes)
        at += int(asked.seconds[stage] * 1e9)
        span.end(at)
    if asked.status >= 500:
        whole.set_status(trace.Status(trace.StatusCode.ERROR))
        whole.set_attribute("error.type", str(asked.status))
    whole.end(begun + int(asked.seconds["total"] * 1e9))


def _export() -> None:
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = os.environ.get("OTEL_SERVICE_NAME", "rag")
    provider = TracerProvider(resource=Resource.create({"service.name": named}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
