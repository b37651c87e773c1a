"""The server's API of documents: listed, their text, filters, what is offered with an abstention."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rag import Index
from tests.serving import served, write_folder


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = write_folder(tmp_path_factory.mktemp("docs"))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    (folder / "dated.md").write_text(
        "---\ntitle: The canteen\ndate: 2024-03-01\n---\n# Canteen\n\n"
        + "Soup is served. " * 20_000
    )
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    state = str(tmp_path_factory.mktemp("state"))
    with (
        served(None, f"demo={path}", state=state) as address,
        httpx.Client(base_url=f"{address}/api", timeout=30) as client,
    ):
        yield client


def listed(api: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    found = api.get("/documents", params=query).json()
    documents: list[dict[str, Any]] = found["documents"]
    return documents


def test_documents_are_listed_with_what_could_not_be_read(api: httpx.Client) -> None:
    every = listed(api)
    names = ["broken.pdf", "dated.md", "hr/pay.md", "it/vpn.md", "leave.md"]
    assert [one["source"] for one in every] == names
    broken = every[0]
    assert (broken["status"], broken["id"]) == ("failed", None)
    assert "PDF" in broken["failure"] or "pdf" in broken["failure"]
    assert every[1]["date"] == "2024-03-01" and every[1]["status"] == "read"
    assert [one["source"] for one in listed(api, status="failed")] == ["broken.pdf"]
    assert [one["source"] for one in listed(api, query="THE CANTEEN")] == ["dated.md"]
    assert [one["source"] for one in listed(api, query="r/p")] == ["hr/pay.md"]
    part = api.get("/documents", params={"offset": 1, "limit": 2}).json()
    assert [one["source"] for one in part["documents"]] == names[1:3]
    assert part["total"] == 5


def test_a_document_and_its_text(api: httpx.Client) -> None:
    (leave,) = listed(api, query="leave.md")
    about = api.get(f"/documents/{leave['id']}").json()
    assert about["sources"] == ["leave.md"]
    assert about["headings"] == [{"level": 1, "title": "Leave", "start": 0}]
    whole = api.get(f"/documents/{leave['id']}/text").json()
    assert whole["end"] == whole["characters"] == about["characters"] == len(whole["text"])
    assert "30 days of paid holiday" in whole["text"]


def test_of_a_long_text_what_stands_around_a_span_is_given(api: httpx.Client) -> None:
    (dated,) = listed(api, query="dated.md")
    path = f"/documents/{dated['id']}/text"
    first = api.get(path).json()
    assert (first["start"], first["end"], len(first["text"])) == (0, 200_000, 200_000)
    around = api.get(path, params={"start": 250_000, "end": 250_010}).json()
    assert around["start"] < 250_000 < 250_010 < around["end"]
    assert len(around["text"]) == around["end"] - around["start"] == 200_000
    exact = api.get(path, params={"start": 1000, "end": 201_000}).json()
    assert (exact["start"], exact["end"]) == (1000, 201_000)
    assert exact["text"][:1000] == first["text"][1000:2000]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/documents/999", 404, "There is no document 999 in this index"),
        ("/documents/999/text", 404, "There is no document 999 in this index"),
        ("/documents/1/text?start=9&end=3", 400, "There is no span from 9 to 3"),
        ("/documents/1/text?start=-1", 422, "start"),
        ("/documents/x", 422, "document"),
        ("/documents?index=other", 404, 'There is no index "other" here for you.'),
        ("/documents?limit=0", 422, "limit"),
        ("/documents?status=lost", 422, "status"),
    ],
)
def test_what_is_not_there_is_said(api: httpx.Client, path: str, status: int, said: str) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_filters_are_what_is_read(api: httpx.Client) -> None:
    assert api.get("/filters").json() == {
        "folders": [{"name": "hr", "files": 1}, {"name": "it", "files": 1}],
        "types": [{"name": "markdown", "files": 4}],
        "dates": {"first": "2024-03-01", "last": "2024-03-01"},
    }


def test_an_abstention_offers_the_closest_passages(api: httpx.Client) -> None:
    asked = {"question": "Who founded the paid holiday club of the portal?"}
    answer = api.post("/ask", json=asked).json()
    assert answer["abstained"]
    assert 1 < len(answer["closest"]) <= 3
    for one in answer["closest"]:
        text = api.get(f"/documents/{one['document']}/text").json()["text"]
        assert text[one["start"] : one["end"]] == one["quote"] != ""
    spans = [(one["document"], one["start"]) for one in answer["closest"]]
    assert len(set(spans)) == len(spans)
    answer = api.post("/ask", json={"question": "When are salaries paid?"}).json()
    assert not answer["abstained"] and not answer["closest"]
