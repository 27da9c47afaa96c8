"""Emergency stops: each closes the sends and permits that it names from its instant on, until a second person opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, or_, select, update

from domain.model.errors import InputError
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel
from ledger import system_audit
from ledger.codes import code
from ledger.contact_tables import stops
from ledger.inserts import insert_new

CHAIN = "stops"
"""Name of the chain of the system's audit that tells of stops."""

_ONE_AFTER_THE_OTHER = 5_120_773_996  # any fixed number: PostgreSQL's advisory lock between stops and permits


@dataclass(frozen=True)
class Stop:
    """An emergency stop; all that is said in it is a code."""

    stop_id: str
    kind: StopKind
    value: str
    """Name of what is stopped; empty where the kind says it all."""
    set_at: datetime
    set_by: str
    reason: str
    released_at: datetime | None = None
    released_by: str | None = None


def set_stop(conn: Connection, stop: Stop) -> bool:
    """Stop at once; False when this stop was set before; raises InputError when its id says something else.

    It waits for those who give a permit just now without knowing of it: whoever looks for open permits after this
    transaction finds theirs.
    """
    _check(stop)
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(_ONE_AFTER_THE_OTHER)))
    if not insert_new(conn, stops, vars(stop)):
        there = _locked(conn, stop.stop_id)
        asked = replace(stop, set_at=there.set_at, released_at=there.released_at, released_by=there.released_by)
        if there != asked:
            raise InputError(f"stop {stop.stop_id} is in the ledger with other content")
        return False
    body = {"stop_id": stop.stop_id, "kind": stop.kind.value, "value": stop.value, "by": stop.set_by}
    system_audit.append(conn, CHAIN, "stop_set", stop.set_at, {**body, "reason": stop.reason})
    return True


def keep_off(conn: Connection) -> None:
    """No stop is set from here until this transaction ends: what it gives, it gives before the stop or knowing of it.

    Those who give permits do not wait for each other. In an embedded ledger no two transactions write at once anyway.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock_shared(_ONE_AFTER_THE_OTHER)))


def release(conn: Connection, stop_id: str, at: datetime, by: str) -> bool:
    """Let contact go on; False when the stop was released before; raises InputError when the same person set it."""
    there = _locked(conn, stop_id)
    if there.released_at is not None:
        return False
    if code("released by", by) == there.set_by:
        raise InputError(f"a second person must release the stop {stop_id}: {by} set it")
    if at < there.set_at:
        raise InputError(f"the stop {stop_id} cannot be released before it was set")
    conn.execute(update(stops).where(stops.c.stop_id == stop_id).values(released_at=at, released_by=by))
    system_audit.append(conn, CHAIN, "stop_released", at, {"stop_id": stop_id, "by": by})
    return True


def in_force(conn: Connection, at: datetime) -> tuple[Stop, ...]:
    """The stops that hold at the instant, oldest first."""
    c = stops.c
    not_over = or_(c.released_at.is_(None), c.released_at > at)
    statement = select(stops).where(not_over, c.set_at <= at).order_by(c.set_at, c.stop_id)
    return tuple(_read(row) for row in conn.execute(statement).mappings())


def known(conn: Connection, at: datetime) -> tuple[StopInForce, ...]:
    """The stops that hold at the instant, as decisions know them."""
    return tuple(StopInForce(stop_id=s.stop_id, kind=s.kind, value=s.value) for s in in_force(conn, at))


def _check(stop: Stop) -> None:
    code("set by", stop.set_by)
    code("reason", stop.reason)
    if (stop.kind in (StopKind.ALL, StopKind.BANK)) != (stop.value == ""):
        raise InputError(f"a stop of the kind {stop.kind} {'needs a value' if stop.value == '' else 'has no value'}")
    if stop.kind is StopKind.CHANNEL and stop.value not in set(Channel):
        raise InputError(f"{stop.value[:40]!r} is no channel: write one of {', '.join(Channel)}")
    if stop.value:
        code("value", stop.value)
    if stop.released_at is not None or stop.released_by is not None:
        raise InputError("a stop is set before it is released")


def _locked(conn: Connection, stop_id: str) -> Stop:
    row = conn.execute(select(stops).where(stops.c.stop_id == stop_id).with_for_update()).mappings().one_or_none()
    if row is None:
        raise InputError(f"no stop {stop_id} in the ledger")
    return _read(row)


def _read(row: RowMapping) -> Stop:
    return Stop(**{**row, "kind": StopKind(row["kind"])})
