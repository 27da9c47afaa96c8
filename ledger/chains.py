"""Chains of hashes: each row holds the hash of the one before, so that a change is found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import JsonValue
from sqlalchemy import Column, Connection, Table, insert, select

from ledger.canonical import canonical, sha256

FIRST = ""
"""What stands for the hash before the first row."""


@dataclass(frozen=True)
class Link:
    """One row of a chain; ``body`` is canonical JSON."""

    chain: str
    number: int
    """Its place in the chain: 1 is the first."""
    kind: str
    at: datetime
    body: str
    previous_hash: str
    hash: str

    @property
    def content(self) -> Mapping[str, JsonValue]:
        """The body, read."""
        content: Mapping[str, JsonValue] = json.loads(self.body)
        return content


LinkT = TypeVar("LinkT", bound=Link)


@dataclass(frozen=True)
class Chains(Generic[LinkT]):
    """Where the chains of one kind are kept. Whoever appends keeps other writers of the chain away before."""

    table: Table
    chain: Column[Any]
    number: Column[Any]
    link: type[LinkT]

    def append(self, conn: Connection, chain: str, kind: str, at: datetime, body: Mapping[str, JsonValue]) -> LinkT:
        """Add a link at the end."""
        last = self.last(conn, chain)
        number, previous_hash = (last.number + 1, last.hash) if last else (1, FIRST)
        text = canonical(dict(body))
        digest = _hash(chain, number, kind, at, text, previous_hash)
        said = {"kind": kind, "at": at, "body": text, "previous_hash": previous_hash, "hash": digest}
        conn.execute(insert(self.table).values({self.chain.name: chain, self.number.name: number, **said}))
        return self.link(chain=chain, number=number, **said)  # type: ignore[arg-type]  # by name, as above

    def rows(self, conn: Connection, chain: str) -> tuple[LinkT, ...]:
        """The chain, oldest first."""
        statement = select(*self._columns()).where(self.chain == chain).order_by(self.number)
        return tuple(self.link(**row) for row in conn.execute(statement).mappings())

    def verify(self, conn: Connection, chain: str) -> int | None:
        """Number of the first row that is not as it was written or not where it was; None: the chain holds.

        A chain cut at its end looks whole: only an anchor kept elsewhere tells.
        """
        previous_hash = FIRST
        for expected, row in enumerate(self.rows(conn, chain), start=1):
            digest = _hash(row.chain, row.number, row.kind, row.at, row.body, row.previous_hash)
            if (row.number, row.previous_hash, row.hash) != (expected, previous_hash, digest):
                return row.number
            previous_hash = row.hash
        return None

    def last(self, conn: Connection, chain: str) -> LinkT | None:
        """Its newest row."""
        statement = select(*self._columns()).where(self.chain == chain).order_by(self.number.desc()).limit(1)
        row = conn.execute(statement).mappings().one_or_none()
        return self.link(**row) if row else None

    def _columns(self) -> list[Any]:
        c = self.table.c
        return [self.chain.label("chain"), self.number.label("number"), c.kind, c.at, c.body, c.previous_hash, c.hash]


def _hash(chain: str, number: int, kind: str, at: datetime, body: str, previous_hash: str) -> str:
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(canonical([chain, number, kind, instant, body, previous_hash]))
