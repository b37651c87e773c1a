"""What /api/openapi.json says: the routes as FastAPI knows them, with the errors, keys and streams that they really have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from rag.serve.problems import PROBLEM
from rag.serve.shapes import Problem

OPEN = ("/healthz", "/readyz", "/api/session")
"""Paths that take no key."""
_UNUSED = ("HTTPValidationError", "ValidationError")
_OPENAI_ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}
_EVENTS = {"schema": {"description": 'Server-sent events, where "stream" is true.'}}
_STREAMED = ("/api/ask", "/v1/chat/completions")


def openapi(app: FastAPI) -> dict[str, Any]:
    """The description of an application's routes."""
    described = get_openapi(title=app.title, version=app.version, routes=app.routes)
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    for name in _UNUSED:
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema()
    schemas["OpenAIError"] = _OPENAI_ERROR
    described["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, operation in _operations(described):
        responses = operation["responses"]
        responses.pop("422", None)
        responses["default"] = _refusal(path)
        if path in _STREAMED:
            responses["200"]["content"]["text/event-stream"] = _EVENTS
        operation["security"] = [] if path in OPEN else [{"key": []}]
    return described


def _operations(described: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for operation in methods.values():
            yield path, operation


def _refusal(path: str) -> dict[str, Any]:
    openai = path.startswith("/v1/")
    name, kind = ("OpenAIError", "application/json") if openai else ("Problem", PROBLEM)
    schema = {"$ref": f"#/components/schemas/{name}"}
    said = "It cannot be done; the body says why, and what to do."
    return {"description": said, "content": {kind: {"schema": schema}}}
