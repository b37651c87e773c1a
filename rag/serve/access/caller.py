"""Who asks: the name of a key, and what it may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Request

from rag.serve.problems import ProblemError

if TYPE_CHECKING:
    from rag.serve.access.gate import Gate

Role = Literal["ask", "upload", "admin"]
ROLES: tuple[Role, ...] = ("ask", "upload", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. ``indexes`` are the names that this key may use, ``groups`` what rules of rights know it
    by; None in both is all: of the indexes, and of what they hold."""

    name: str
    roles: frozenset[Role]
    indexes: frozenset[str] | None = None
    groups: tuple[str, ...] | None = None

    def may_use(self, index: str) -> bool:
        """Whether this index exists for it."""
        return self.indexes is None or index in self.indexes

    def demand(self, role: Role) -> None:
        """That it has a role.

        Raises:
            ProblemError: 403.
        """
        if role not in self.roles:
            raise ProblemError(
                403,
                "Not allowed",
                f'This takes a key with the role "{role}". Ask who runs this server for one.',
            )

    def demand_all(self) -> None:
        """That it is an admin of all indexes, whatever there are.

        Raises:
            ProblemError: 403.
        """
        self.demand("admin")
        if self.indexes is not None:
            raise ProblemError(
                403,
                "Not allowed",
                "This is of the whole server, and takes an admin's key that is not for single indexes. Ask who runs "
                "this server for one.",
            )


OWNER = Caller("owner", frozenset(ROLES))
"""Who uses this machine, where it listens to nobody else and no key was made."""


async def caller_of(request: Request) -> Caller:
    """Who sent a request: whom the door let in, else as :meth:`rag.serve.access.gate.Gate.caller` says.

    Raises:
        ProblemError: 401, where a key is needed and there is none that is good.
    """
    known: Caller | None = getattr(request.state, "caller", None)
    if known is not None:
        return known
    gate: Gate = request.app.state.gate
    return await gate.caller(request)


def index_named(name: str, caller: Caller, known: Collection[str]) -> str:
    """The index that is meant by ``name``, or by none. One that the caller may not use is not there.

    Raises:
        ProblemError: 404.
    """
    usable = [one for one in known if caller.may_use(one)]
    if name in usable or (not name and usable):
        return name or usable[0]
    there = f" There are: {', '.join(usable)}." if usable else ""
    raise ProblemError(404, "No such index", f'There is no index "{name}" here for you.{there}')


CallerOf = Annotated[Caller, Depends(caller_of)]
"""A route's parameter: who asks."""
