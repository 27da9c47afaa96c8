"""Instructions: what is asked of somebody outside once under its key, and what came back; one way for each table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, select, update

from domain.model.errors import InputError
from ledger.codes import code
from ledger.inserts import Row, insert_new


@dataclass(frozen=True)
class Instructions:
    """The instructions of one table, which has the columns key, case_id, state, wanted_at, settled_at, reference and
    reason."""

    table: Table
    one: str
    """How an error calls one of them."""
    wanted: StrEnum
    """State of one that nobody was asked for yet."""
    asked: StrEnum
    """State of one that the other side has not answered."""

    def want(self, conn: Connection, row: Row, said: Row, *free: ColumnElement[bool]) -> bool:
        """Keep one that is to be given; False when the other side may have one of this key already.

        One that only a run of a step left which the case never adopted was given to nobody: what it said is replaced,
        while it is ``free``.
        """
        if insert_new(conn, self.table, {**row, **said, "state": self.wanted}):
            return True
        mine = (self.table.c.case_id == row["case_id"], *free)
        return self.mark(conn, str(row["key"]), said, *mine)

    def get(self, conn: Connection, key: str) -> RowMapping | None:
        return conn.execute(select(self.table).where(self.table.c.key == key)).mappings().one_or_none()

    def mark(self, conn: Connection, key: str, said: Row, *free: ColumnElement[bool]) -> bool:
        """Keep something of one that nobody was asked for; False when that was so before, or more is known already."""
        c = self.table.c
        mine = update(self.table).where(c.key == key, c.state == self.wanted, *free)
        return conn.execute(mine.values(said)).rowcount == 1

    def settle(
        self, conn: Connection, key: str, state: StrEnum, at: datetime, reference: str | None, reason: str | None
    ) -> bool:
        """Keep what became of one; False when that was known before.

        Raises InputError for an unknown key, for another end than the one before, and for a state that is no end.
        """
        if state in (self.wanted, self.asked):
            raise InputError(f"the {self.one} {key} is settled as confirmed or refused, not as {state}")
        there = self.get(conn, key)
        if there is None:
            raise InputError(f"no {self.one} {key} in the ledger")
        if there["state"] not in (self.wanted, self.asked):
            if there["state"] == state:
                return False
            raise InputError(f"the {self.one} {key} is {there['state']} already")
        said = {
            "state": state,
            "settled_at": at,
            "reference": None if reference is None else code("reference", reference),
            "reason": None if reason is None else code("reason", reason),
        }
        conn.execute(update(self.table).where(self.table.c.key == key).values(said))
        return True

    def listing(self, conn: Connection, limit: int, *, only_open: bool) -> Sequence[RowMapping]:
        """The ones wanted last; those that wait for an answer, or all."""
        c = self.table.c
        statement = select(self.table).order_by(c.wanted_at.desc(), c.key).limit(limit)
        if only_open:
            statement = statement.where(c.settled_at.is_(None))
        return conn.execute(statement).mappings().all()
