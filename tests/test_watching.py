"""What is seen of a server from outside: metrics, the log, spans; and that its dashboard asks for what there is."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from rag import Index
from rag.serve import logs, tracing
from rag.serve.access.keys import Keys
from rag.serve.audit import lines_of
from rag.serve.config import LogSettings, ServedIndex, load_config
from rag.serve.current import enter
from rag.serve.protocol import Start
from rag.serve.state import SqliteState
from rag.serve.workers import Failed, Workers
from tests.conftest import ROOT
from tests.serving import served, write_folder
from tests.waiting import PATIENCE_S

QUESTION = "How many days of paid holiday are there?"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("docs"))
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    return path


@pytest.fixture(scope="module")
def spans() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def address(index: Path, state: Path, spans: InMemorySpanExporter) -> Iterator[str]:
    with served(None, f"demo={index}", state=str(state)) as address:
        parent = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        for asked, headers in (
            ({"question": QUESTION}, parent),
            ({"question": "What is the shoe size of the CEO?"}, {"Origin": address}),
            ({"question": QUESTION, "index": "none"}, {}),
        ):
            httpx.post(f"{address}/api/ask", json=asked, headers=headers, timeout=PATIENCE_S)
        httpx.post(f"{address}/api/search", json={"question": QUESTION}, timeout=PATIENCE_S)
        httpx.get(f"{address}/api/nothing/at/all.here", timeout=PATIENCE_S)
        yield address


@pytest.fixture(scope="module")
def samples(address: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = httpx.get(f"{address}/metrics", timeout=PATIENCE_S).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_questions_are_counted(samples: dict[Any, float], index: Path) -> None:
    def value(name: str, **labels: str) -> float | None:
        return samples.get((name, frozenset(labels.items())))

    assert value("rag_questions_total", door="api", outcome="answered") == 1
    assert value("rag_questions_total", door="page", outcome="answered") == 1
    assert value("rag_questions_total", door="api", outcome="refused") == 1
    assert value("rag_answers_total", index="demo", tier="none") == 1
    assert value("rag_requests_total", route="/api/ask", method="POST", status="200") == 2
    assert value("rag_requests_total", route="/api/ask", method="POST", status="404") == 1
    assert value("rag_requests_total", route="other", method="GET", status="404") == 1
    assert value("rag_confidence_count", index="demo") == 2
    assert value("rag_retrieval_score_count", index="demo") == 2
    assert value("rag_workers") == 1 and value("rag_workers_busy") == 0
    assert value("rag_index_generation", index="demo") == 1
    published = value("rag_index_published_timestamp_seconds", index="demo")
    assert published == (index / "manifest.json").stat().st_mtime
    tokens = value("rag_tokens_total", index="demo", direction="input")
    assert tokens and tokens > 0
    spent = {
        stage: value("rag_stage_seconds_sum", stage=stage, door="api")
        for stage in ("queue", "retrieve", "answer", "total")
    }
    assert spent["total"] >= spent["queue"] + spent["retrieve"] + spent["answer"] > 0  # type: ignore[operator]


def test_labels_name_no_document_and_nothing_that_a_client_made_up(
    samples: dict[Any, float],
) -> None:
    labels = {value for _, labels in samples for name, value in labels if name != "le"}
    assert not any("leave" in value or "here" in value or "holiday" in value for value in labels)


def test_the_audit_has_each_of_them(address: str, state: Path) -> None:
    lines: list[Any] = []
    while len(lines) < 4:
        lines = list(lines_of(state))
    first, second, third, search = lines
    assert (first.question, first.door, first.key) == (QUESTION, "api", "owner")
    assert first.outcome == "answered" and "30 days" in first.answer and first.generation == 1
    assert "leave.md" in {read.source for read in first.passages}
    assert {"queue", "retrieve", "answer", "total"} == set(first.seconds)
    assert second.abstained and second.door == "page"
    assert (third.outcome, third.status) == ("refused", 404) and "no index" in third.problem
    assert search.what == "search" and search.passages and not search.answer


def test_spans_go_by_stage_under_the_callers_trace(
    address: str, spans: InMemorySpanExporter
) -> None:
    found = [one for one in spans.get_finished_spans() if f"{one.context.trace_id:032x}" == TRACE]
    (whole,) = [one for one in found if one.name == "invoke_agent demo"]
    inside = {one.name: one for one in found if one is not whole}
    assert set(inside) == {"queue", "retrieval", "chat"}
    assert all(one.parent.span_id == whole.context.span_id for one in inside.values())
    assert inside["chat"].attributes["gen_ai.usage.input_tokens"] > 0
    assert inside["queue"].end_time <= inside["retrieval"].end_time <= inside["chat"].end_time
    assert inside["chat"].end_time <= whole.end_time
    assert not any("holiday" in str(one.attributes) for one in found)


def test_a_dashboard_asks_for_what_there_is(samples: dict[Any, float]) -> None:
    board = json.loads((ROOT / "deploy/grafana.json").read_text("utf-8"))
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\brag_\w+", target["expr"])
    }
    there = {name for name, _ in samples}
    lazy = {"rag_cost_total"}  # there is none until a paid model is asked
    assert asked - lazy <= there
    assert {name for name in there if name.endswith("_total")} <= asked


def test_who_may_not_see_it_does_not(index: Path, tmp_path: Path) -> None:
    state = SqliteState(tmp_path)
    state.close()
    with served(None, f"demo={index}", state=str(tmp_path)) as address:
        kept = SqliteState(tmp_path)
        secrets = {role: Keys(kept).create(role, roles=[role]) for role in ("ask", "admin")}
        kept.close()

        def status(role: str) -> int:
            sent = {"Authorization": f"Bearer {secrets[role]}"} if role else {}
            return httpx.get(f"{address}/metrics", headers=sent, timeout=PATIENCE_S).status_code

        assert (status("ask"), status("admin"), status("")) == (403, 200, 401)
    config = load_config(None, index=(f"demo={index}",), state=str(tmp_path), workers=1)
    config = replace(config, server=replace(config.server, open_metrics=True))
    with served(config) as address:
        assert httpx.get(f"{address}/metrics", timeout=PATIENCE_S).status_code == 200


def logged(capfd: pytest.CaptureFixture[str], level: str) -> list[dict[str, Any]]:
    """What is logged of an error that quotes a question."""
    capfd.readouterr()
    logs.configure(LogSettings(level=level, format="json"))  # type: ignore[arg-type]
    log = structlog.get_logger()
    identity = enter("api").id
    try:
        raise ValueError(f"cannot answer: {QUESTION}")
    except ValueError:
        log.exception("it failed", route="/api/ask")
    log.debug("details", question=QUESTION)
    thread = threading.Thread(target=log.info, args=("mail jane.doe@example.com",))
    thread.start()
    thread.join()
    said = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert said[0]["request"] == identity
    return said


def test_a_log_tells_where_and_not_what(capfd: pytest.CaptureFixture[str]) -> None:
    first, second = logged(capfd, "info")
    assert first["error"] == "ValueError" and "holiday" not in json.dumps(first)
    assert first["at"][0].startswith("tests/test_watching.py:")
    assert "jane.doe" not in second["event"]
    first, details, _ = logged(capfd, "debug")
    assert QUESTION in first["exception"] and details["question"] == QUESTION
    logs.configure(LogSettings(level="error"))


def test_without_its_packages_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "find_spec", lambda name: None)
    monkeypatch.setattr(tracing, "_tracer", None)
    tracing.start()
    assert tracing._tracer is None
    tracing.record(None)  # type: ignore[arg-type]  # it looks at nothing


async def test_lines_of_a_worker_have_the_id_of_the_request(
    index: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    start = Start({"demo": ServedIndex(path=str(index))}, log=LogSettings(format="json"))
    workers = Workers(start, 1, queue=1, time_limit_s=30, wait_limit_s=30)
    await workers.open()
    try:
        identity = enter("api").id
        with pytest.raises(Failed, match="Something went wrong"):
            await workers.call("ask", index=QUESTION, question=QUESTION)
    finally:
        await workers.close()
    (line,) = [json.loads(one) for one in capfd.readouterr().err.splitlines()]
    assert (line["request"], line["error"]) == (identity, "KeyError")
    assert "holiday" not in json.dumps(line)
