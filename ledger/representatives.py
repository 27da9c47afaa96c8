"""Representatives: who may speak for a customer, and each step of that authority, in the audit as well."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from domain.model.errors import InputError
from domain.model.representative import KnownRepresentative, MayDo, Representative, RepresentativeKind
from domain.model.strategy import Channel
from ledger import system_audit
from ledger.canonical import canonical
from ledger.codes import code
from ledger.inserts import insert_new
from ledger.representative_tables import representative_steps as steps
from ledger.representative_tables import representatives

CHAIN = "representatives"
"""Chain of the system's audit that tells who entered, checked and ended an authority."""
_CHECKED, _ENDED = "checked", "ended"
_OWN_FACTS = "representative/"


def add(conn: Connection, representative: Representative, by: str, at: datetime) -> bool:
    """Enter an authority that nobody has checked; False when it was entered before, whoever did.

    Raises InputError when its id says something else, and for what is no code.
    """
    code("--evidence", representative.evidence)  # the facts that its check lays name it
    row = {**_row(representative), "asked_by": code("--by", by), "asked_at": at}
    if insert_new(conn, representatives, row):
        _told(conn, "asked", representative.representative_id, by, at, {"kind": representative.kind.value})
        return True
    there = get(conn, representative.representative_id)
    if there is None or there.representative != representative:
        raise InputError(f"representative {representative.representative_id} is in the ledger with other content")
    return False


def check(conn: Connection, representative_id: str, by: str, at: datetime) -> bool:
    """Keep who checked it; False when somebody did before. Raises InputError for who entered it."""
    if found(conn, representative_id).asked_by == by:
        raise InputError(f"a second person must check {representative_id}: {by} entered it")
    return _step(conn, representative_id, _CHECKED, by, at)


def end(conn: Connection, representative_id: str, by: str, at: datetime, reason: str) -> bool:
    """Keep who ended it and why; False when somebody did before."""
    return _step(conn, representative_id, _ENDED, by, at, code("--reason", reason))


def get(conn: Connection, representative_id: str) -> KnownRepresentative | None:
    """The authority of this id, with its steps."""
    c = representatives.c
    rows = conn.execute(select(representatives).where(c.representative_id == representative_id)).mappings().all()
    return next(iter(_known(conn, rows)), None)


def found(conn: Connection, representative_id: str) -> KnownRepresentative:
    """The same; raises InputError when the ledger has none of this id."""
    there = get(conn, representative_id)
    if there is None:
        raise InputError(f"no representative {representative_id} in the ledger: see `duecourse person show`")
    return there


def of_person(conn: Connection, person_id: str) -> tuple[KnownRepresentative, ...]:
    """Every authority that was entered for this person, the oldest first."""
    c = representatives.c
    statement = select(representatives).where(c.person_id == person_id).order_by(c.asked_at, c.representative_id)
    return _known(conn, conn.execute(statement).mappings().all())


def fact_id(representative_id: str, name: str) -> str:
    """Id of the fact of this name that the authority puts on record."""
    return f"{_OWN_FACTS}{representative_id}/{name}"


def of_fact(conn: Connection, fact: str) -> str | None:
    """Id of the authority that put the fact of this id on record; None: none did."""
    if not fact.startswith(_OWN_FACTS):
        return None
    name = fact.removeprefix(_OWN_FACTS).rpartition("/")[0]
    return name if get(conn, name) is not None else None


def _step(
    conn: Connection, representative_id: str, step: str, by: str, at: datetime, reason: str | None = None
) -> bool:
    row = {"representative_id": representative_id, "step": step, "by": code("--by", by), "at": at, "reason": reason}
    new = insert_new(conn, steps, row)
    if new:
        _told(conn, step, representative_id, by, at, {} if reason is None else {"reason": reason})
    return new


def _told(conn: Connection, step: str, name: str, by: str, at: datetime, more: dict[str, str]) -> None:
    system_audit.append(conn, CHAIN, f"representative_{step}", at, {"representative": name, "by": by, **more})


def _known(conn: Connection, rows: Iterable[RowMapping]) -> tuple[KnownRepresentative, ...]:
    rows = list(rows)
    names = [row["representative_id"] for row in rows]
    made = conn.execute(select(steps).where(steps.c.representative_id.in_(names))).mappings()
    by_step = {(row["representative_id"], row["step"]): row for row in made}
    return tuple(
        _read(row, *(by_step.get((row["representative_id"], step)) for step in (_CHECKED, _ENDED))) for row in rows
    )


def _read(row: RowMapping, checked: RowMapping | None, ended: RowMapping | None) -> KnownRepresentative:
    return KnownRepresentative(
        representative=Representative(
            representative_id=row["representative_id"],
            person_id=row["person_id"],
            kind=RepresentativeKind(row["kind"]),
            party_id=row["party_id"],
            accounts=tuple(json.loads(row["accounts"])),
            may_do=tuple(MayDo(what) for what in json.loads(row["may_do"])),
            evidence=row["evidence"],
            evidence_channel=Channel(row["evidence_channel"]),
            from_on=row["from_on"],
            until_on=row["until_on"],
        ),
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        checked_by=checked["by"] if checked else None,
        checked_at=checked["at"] if checked else None,
        ended_by=ended["by"] if ended else None,
        ended_at=ended["at"] if ended else None,
        reason=ended["reason"] if ended else None,
    )


def _row(representative: Representative) -> dict[str, object]:
    lists = {"accounts": canonical(list(representative.accounts)), "may_do": canonical(list(representative.may_do))}
    return {**dict(representative), **lists}
