"""/api/documents, written: files added and removed; /api/jobs: how far that is."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from rag.serve.access.caller import Caller, CallerOf
from rag.serve.api.named import IndexOf
from rag.serve.jobs import Job
from rag.serve.problems import ProblemError
from rag.serve.services import Services, ServicesOf
from rag.serve.shapes import Shape
from rag.serve.uploads.folder import UploadFolder, upload_folder
from rag.serve.uploads.names import safe_name
from rag.serve.uploads.receiving import received

router = APIRouter(prefix="/api")
_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "file": {"type": "array", "items": {"type": "string", "format": "binary"}}
                },
                "required": ["file"],
            }
        }
    },
}


class Begun(Shape):
    """The job that reads what was sent, and the names that the files have in the index."""

    job: str
    files: list[str]


class Note(Shape):
    """A file, and what is to be said of it."""

    path: str
    reason: str


class ShownJob(Shape):
    """How far an update of the index is: ``files`` of ``files_total`` are read. The rest is about the files that were
    sent: ``failed`` are not in the index, ``notes`` say what of a file was not read. Where an index has rules of rights, a key
    is told of no other files: ``files_total`` are its own."""

    id: str
    index: str
    state: Literal["waiting", "running", "done", "failed"]
    files: int
    files_total: int
    seconds: float
    seconds_left: float | None
    chunks_per_second: float
    message: str
    failed: list[Note]
    notes: list[Note]
    added: list[str]
    changed: list[str]


class Removed(Shape):
    """The names of the files that are no longer in the index."""

    removed: list[str]


@router.post("/documents", status_code=202, openapi_extra={"requestBody": _FORM})
async def add(request: Request, services: ServicesOf, caller: CallerOf, index: IndexOf) -> Begun:
    """Add files: a form with one or more in "file". They are read by a job. A name that is taken gets a number, but an
    admin's file replaces the one of its name. Where an index has rules of rights, a key's files have a folder of its own, so
    that no number tells of a file that it may not read."""
    caller.demand("upload")
    await services.rates.take(caller, "uploads")
    folder = await _folder(services, caller, index)
    async with received(request, folder) as files:
        replace = "admin" in caller.roles
        names = [
            await asyncio.to_thread(folder.place, one.path, one.name, replace=replace)
            for one in files
        ]
    services.watch.done("upload", caller.name, index=index, about=names)
    job = await services.jobs.add(Job(index, caller.name, str(folder.root), tuple(names)))
    return Begun(job=job.id, files=names)


@router.delete("/documents")
async def remove(
    services: ServicesOf,
    caller: CallerOf,
    index: IndexOf,
    source: Annotated[str, Query(min_length=1, max_length=4096)],
) -> Removed:
    """Take a file out of the index, by its whole name. One that was uploaded is deleted; another stays where it is, and
    the folder's .ragignore keeps it out. For admins."""
    caller.demand("admin")
    found: list[str] = []
    async with services.jobs.alone(index):
        await services.workers.once(
            "remove",
            index,
            lambda said: found.extend(said.value["removed"]),
            source=source,
        )
        await services.jobs.seen()
    services.watch.done("removal", caller.name, index=index, about=found)
    return Removed(removed=found)


@router.get("/jobs/{job}")
async def job(job: str, services: ServicesOf, caller: CallerOf) -> ShownJob:
    """A job that the caller began; an admin sees any."""
    found = await services.jobs.get(job)
    own = found is not None and (found.key == caller.name or "admin" in caller.roles)
    if found is None or not own or not caller.may_use(found.index):
        raise ProblemError(
            404, "No such job", "There is no such job any more. List the documents to see them."
        )
    shown = ShownJob.model_validate(found, from_attributes=True)
    if _has_rules(services, caller, found.index):
        total = len(found.names)
        files = {"files": total if found.state == "done" else 0, "files_total": total}
        return shown.model_copy(update={**files, "seconds_left": None, "chunks_per_second": 0.0})
    return shown


async def _folder(services: Services, caller: Caller, index: str) -> UploadFolder:
    roots = await services.workers.call("roots", index=index)
    inside = services.config.index[index].uploads
    if inside and _has_rules(services, caller, index):
        inside = f"{inside}/{safe_name(caller.name)}"
    return upload_folder(roots, inside)


def _has_rules(services: Services, caller: Caller, index: str) -> bool:
    """Whether there may be files in an index of which this caller must not know."""
    return caller.groups is not None and bool(services.config.index[index].rights)
