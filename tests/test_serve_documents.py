"""The server's API of documents: listed, their text, filters, what is offered with an abstention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from reportlab.pdfgen.canvas import Canvas

from rag import Index
from rag.errors import SettingsError
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.config import ServeConfig, ServedIndex, Server
from rag.serve.opened import Opened
from rag.serve.state import SqliteState
from tests.serving import served, write_folder
from tests.waiting import PATIENCE_S

RULES = """
[[rule]]
glob = "*"
groups = ["everyone"]

[[rule]]
folder = "hr"
groups = ["hr"]
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    state = SqliteState(tmp_path_factory.mktemp("state"), gate.SCHEMA)
    yield Keys(state)
    state.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("docs"))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    (folder / "dated.md").write_text(
        "---\ntitle: The canteen\ndate: 2024-03-01\n---\n# Canteen\n\n"
        + "Soup is served. " * 20_000
    )
    page = Canvas(str(folder / "terms.pdf"))
    page.drawString(72, 700, "The rate of interest is 3.5 percent a year.")
    page.save()
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    return path


@pytest.fixture(scope="module")
def api(index: Path, keys: Keys) -> Iterator[httpx.Client]:
    """As an admin, who may read all."""
    here = index.parent
    (here / "rights.toml").write_text(RULES)
    config = ServeConfig(
        server=Server(workers=1, state=str(keys._state.folder)),
        index={"demo": ServedIndex(path="demo", rights="rights.toml")},
        folder=here,
    )
    key = keys.create("admin", roles=["ask", "admin"])
    headers = {"Authorization": f"Bearer {key}"}
    with (
        served(config) as address,
        httpx.Client(base_url=f"{address}/api", headers=headers, timeout=PATIENCE_S) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def as_group(api: httpx.Client, keys: Keys) -> Iterator[Callable[..., httpx.Client]]:
    """A client whose key is in these groups."""
    with ExitStack() as clients:

        def client(*groups: str) -> httpx.Client:
            key = keys.create("-".join(("in", *groups)), groups=groups)
            headers = {"Authorization": f"Bearer {key}"}
            return clients.enter_context(
                httpx.Client(base_url=api.base_url, headers=headers, timeout=PATIENCE_S)
            )

        yield client


def listed(api: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    found = api.get("/documents", params=query).json()
    documents: list[dict[str, Any]] = found["documents"]
    return documents


def test_documents_are_listed_with_what_could_not_be_read(api: httpx.Client) -> None:
    every = listed(api)
    names = ["broken.pdf", "dated.md", "hr/pay.md", "it/vpn.md", "leave.md", "terms.pdf"]
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
    assert part["total"] == 6


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
    found = api.get("/filters").json()
    assert found == {
        "folders": [{"name": "hr", "files": 1}, {"name": "it", "files": 1}],
        "types": [{"name": "markdown", "files": 4}, {"name": "pdf", "files": 1}],
        "dates": {"first": "2024-03-01", "last": found["dates"]["last"]},
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


@pytest.fixture(scope="module")
def pdf(api: httpx.Client) -> dict[str, Any]:
    answer = api.post("/ask", json={"question": "What is the rate of interest?"}).json()
    citation: dict[str, Any] = answer["citations"][0]
    assert citation["source"] == "terms.pdf"
    return citation


def test_a_quote_is_marked_on_its_page(api: httpx.Client, pdf: dict[str, Any]) -> None:
    assert api.get(f"/documents/{pdf['document']}").json()["pictures"]
    span = {"start": pdf["start"], "end": pdf["end"]}
    page = api.get(f"/documents/{pdf['document']}/pages/{pdf['page']}", params=span).json()
    assert pdf["quote"] in page["text"]
    assert page["marked"] == "rectangles"
    left, top, right, bottom = page["rectangles"][0]
    assert 0 < left < right < 1 and 0 < top < bottom < 1
    picture = api.get(page["picture"].removeprefix("/api"), params={"width": 300})
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["cache-control"] == "private, no-cache"
    again = api.get(
        page["picture"].removeprefix("/api"),
        params={"width": 300},
        headers={"If-None-Match": picture.headers["etag"]},
    )
    assert again.status_code == 304 and not again.content


def test_a_page_that_is_not_there_or_does_not_look_like_anything(
    api: httpx.Client, pdf: dict[str, Any]
) -> None:
    path = f"/documents/{pdf['document']}/pages"
    assert "has no page 9" in api.get(f"{path}/9").json()["detail"]
    assert api.get(f"{path}/9/picture").status_code == 404
    assert api.get(f"{path}/1?start=5&end=100000").status_code == 400
    assert api.get(f"{path}/0").status_code == 422
    assert api.get("/documents/999/pages/1/picture").status_code == 404
    (leave,) = listed(api, query="leave.md")
    page = api.get(f"/documents/{leave['id']}/pages/1").json()
    assert (page["picture"], page["marked"]) == (None, "none") and page["reason"]
    assert api.get(f"/documents/{leave['id']}/pages/1/picture").status_code == 404


def test_while_rules_cannot_be_read_nobody_reads_by_them(
    index: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rights.toml"
    rules.write_text(RULES)
    opened = Opened(ServedIndex(path=str(index), rights=str(rules)))
    assert "hr/pay.md" not in opened.chain(["staff"]).index.sources()
    rules.write_text("[[rule]]")
    opened.refresh(now=True)
    with pytest.raises(SettingsError):
        opened.chain(["hr"])
    assert "rights.toml" in "".join(capfd.readouterr())
    assert "hr/pay.md" in opened.chain(None).index.sources()
    rules.write_text(RULES.replace('"hr"', '"staff"'))
    opened.refresh(now=True)
    with pytest.raises(SettingsError):
        Opened(ServedIndex(path=str(index), rights=str(tmp_path / "none.toml")))
    opened.index.close()


def test_the_description_says_how_it_refuses(api: httpx.Client) -> None:
    described = api.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert "422" not in operation["responses"]
            (kind,) = operation["responses"]["default"]["content"]
            assert (kind == "application/json") == path.startswith("/v1/")


def test_what_may_not_be_read_is_not_there(
    api: httpx.Client, as_group: Callable[..., httpx.Client]
) -> None:
    (pay,) = listed(api, query="hr/pay.md")
    asked = {"question": "When are salaries paid?"}
    inside, outside = as_group("hr"), as_group("staff")
    assert inside.get(f"/documents/{pay['id']}").json()["source"] == "hr/pay.md"
    assert "25th" in inside.post("/ask", json=asked).json()["text"]
    for path in ("", "/text", "/pages/1", "/pages/1/picture"):
        hidden = outside.get(f"/documents/{pay['id']}{path}")
        missing = outside.get(f"/documents/999{path}")
        assert hidden.status_code == missing.status_code == 404
        said = hidden.json()["detail"].replace(f" {pay['id']} ", " 999 ")
        assert said == missing.json()["detail"]
    assert len(listed(outside)) == len(listed(api)) - 1
    assert not listed(outside, query="pay")
    assert [one["name"] for one in outside.get("/filters").json()["folders"]] == ["it"]
    answer = outside.post("/ask", json=asked)
    assert "25th" not in answer.text and "hr/pay" not in answer.text
    assert "pay.md" not in outside.post("/search", json={**asked, "where": {"source": "hr/*"}}).text
    (index,) = outside.get("/indexes").json()["indexes"]
    assert index["documents"] == 4
