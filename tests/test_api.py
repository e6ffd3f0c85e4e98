"""Programs get what the window gets: cited answers, passages, articles; by HTTP and as tools."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.app import Assistant, build
from assistant.settings import load_settings
from assistant.tools import build_tools
from assistant.ui.api import add_api
from tests.fakes import BagOfWordsEmbedder

ARTICLE = {
    "title": "Old bridge closed",
    "text": "Mayor Ines Calder closed the old bridge on Monday.\r\n\r\nThe river rose by two metres.",
    "source": "Gazette",
    "published": "2024-03-05",
}
QUESTION = "Who closed the old bridge on Monday?"


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    built = build(load_settings(), BagOfWordsEmbedder())  # type: ignore[arg-type]
    yield built
    built.close()


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    app = FastAPI()
    add_api(app, assistant)
    return TestClient(app)


def added(client: TestClient) -> str:
    answer = client.post("/articles", json=ARTICLE)
    assert answer.status_code == 201
    return str(answer.json()["id"])


def test_an_article_is_sent_asked_about_and_taken_out(client: TestClient) -> None:
    id_ = added(client)
    assert client.post("/articles", json=ARTICLE).json() == {"id": id_, "outcome": "unchanged"}
    answer = client.post("/ask", json={"question": QUESTION}).json()
    assert answer["found"] and "Calder" in answer["text"]
    article = client.get(f"/articles/{id_}").json()
    for citation in answer["citations"]:
        assert citation["article"] == id_ and citation["published"] == "2024-03-05"
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert [row["title"] for row in client.get("/articles").json()] == ["Old bridge closed"]
    assert client.delete(f"/articles/{id_}").json() == {"id": id_, "outcome": "removed"}
    assert client.delete(f"/articles/{id_}").status_code == 404 == client.get(f"/articles/{id_}").status_code
    assert not client.post("/ask", json={"question": QUESTION}).json()["found"]


def test_filters_and_earlier_questions_are_followed(client: TestClient) -> None:
    added(client)
    limited = client.post("/ask", json={"question": QUESTION, "until": "2023-01-01"}).json()
    assert not limited["found"]
    followed = client.post("/ask", json={"question": "When did she close it?", "after": [QUESTION]}).json()
    assert followed["searched"] != "When did she close it?"
    hits = client.get("/search", params={"q": "river metres", "source": "Gazette"}).json()
    assert hits[0]["keyword_rank"] == 1 and "two metres" in hits[0]["text"]
    assert client.get("/search", params={"q": "river", "source": "Other"}).json() == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/ask", {"question": "Who is \ud800?"}, 422),
        ("/articles", {"title": "T", "text": "Half a \udfff character."}, 422),
        ("/ask", {"question": "  "}, 400),
        ("/ask", {"question": "x" * 5000}, 400),
        ("/ask", {"question": "x", "since": "yesterday"}, 422),
        ("/ask", {}, 422),
        ("/ask", {"question": "x", "source": "Gazette"}, 422),
        ("/articles", {"title": "T", "text": "Words.", "date": "2024-01-01"}, 422),
        ("/articles", {"title": "T", "text": " \n "}, 400),
        ("/articles", {"title": "", "text": "Words."}, 422),
    ],
)
def test_bad_input_is_refused_in_words(client: TestClient, path: str, body: dict[str, Any], status: int) -> None:
    sent = json.dumps(body)  # in ASCII, which can hold what UTF-8 cannot
    answer = client.post(path, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json().get("error") or answer.json()["detail"]


def test_every_route_is_described(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    assert set(described) == {"/ask", "/search", "/articles", "/articles/{article_id}"}
    assert all(operation["description"] for path in described.values() for operation in path.values())


def test_the_tools_are_listed_and_answer(assistant: Assistant, client: TestClient) -> None:
    id_ = added(client)
    server = build_tools(assistant)
    tools = {tool.name: tool for tool in asyncio.run(server.list_tools())}
    assert set(tools) == {"ask", "search", "list_articles", "read_article"}
    assert "quotes" in (tools["ask"].description or "")

    def call(name: str, **arguments: Any) -> Any:
        content: Any = asyncio.run(server.call_tool(name, arguments))
        return json.loads(content[0][0].text)

    answer = call("ask", question=QUESTION)
    assert answer["found"] and answer["citations"][0]["article"] == id_
    assert call("read_article", article=id_)["title"] == ARTICLE["title"]
    assert call("search", question="river", limit=1)["article"] == id_
    with pytest.raises(Exception, match="no article with this id"):
        call("read_article", article="0")
