"""The register of agencies: versions of their files and what happened to them, in the audit as well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, Table, func, insert, select

from domain.model.agency import Agency
from domain.model.agency_events import AgencyEvent, AgencyEventKind, AgencyVersion, KnownAgency
from domain.model.errors import InputError
from ledger import system_audit
from ledger.agency_tables import agencies, agency_events
from ledger.canonical import canonical, sha256
from ledger.codes import code

CHAIN = "agencies"
"""Chain of the system's audit that tells who registered, approved, evaluated and suspended an agency."""


def register(conn: Connection, agency: Agency, by: str, at: datetime) -> tuple[AgencyVersion, bool]:
    """Keep the file as the agency's next version; False, and the newest, when it says what that one says."""
    code("--by", by)
    _lock(conn, agency.id)
    there = get(conn, agency.id)
    if there is not None and there.newest.agency == agency:
        return there.newest, False
    body = canonical(agency.model_dump(mode="json"))
    version = 1 if there is None else there.newest.version + 1
    made = AgencyVersion(version=version, agency=agency, digest=sha256(body)[:16], by=by, at=at)
    row = {"agency_id": agency.id, "version": version, "digest": made.digest, "body": body}
    conn.execute(insert(agencies).values(**row, registered_by=by, registered_at=at))
    _told(conn, "registered", agency.id, by, at, {"version": version, "digest": made.digest})
    return made, True


def approve(conn: Connection, agency_id: str, version: int | None, by: str, at: datetime, on: date) -> bool:
    """Keep who stands behind the newest version; False when somebody did before.

    Raises InputError for who registered it, and when it is not the ``version`` that was looked at (None: any).
    """
    _lock(conn, agency_id)
    known = found(conn, agency_id)
    newest = known.newest
    if version is not None and version != newest.version:
        raise InputError(f"the file of {agency_id} is at version {newest.version} by now: look at it again")
    if known.approval_of(newest.version) is not None:
        return False
    if newest.by == by:
        raise InputError(
            f"a second person must approve {agency_id}: {by} registered version {newest.version} of its file"
        )
    _add(
        conn,
        known,
        AgencyEvent(kind=AgencyEventKind.APPROVED, on=on, by=code("--by", by), at=at, version=newest.version),
    )
    return True


def tell(conn: Connection, agency_id: str, event: AgencyEvent) -> bool:
    """Keep what happened to an agency; False when it is known already.

    Raises InputError when the document that shows it is known for something else, and when who suspended reinstates.
    """
    _lock(conn, agency_id)
    known = found(conn, agency_id)
    if _is_known(known, event):
        return False
    suspension = known.suspension
    if event.kind is AgencyEventKind.REINSTATED and suspension is not None and suspension.by == event.by:
        raise InputError(f"a second person must reinstate {agency_id}: {event.by} suspended it")
    _add(conn, known, event)
    return True


def get(conn: Connection, agency_id: str) -> KnownAgency | None:
    """All that the register has of the agency."""
    return next(iter(_known(conn, [agency_id])), None)


def found(conn: Connection, agency_id: str) -> KnownAgency:
    """The same; raises InputError when the register has no such agency."""
    known = get(conn, agency_id)
    if known is None:
        near = get_close_matches(agency_id, names(conn), n=1)
        hint = f"did you mean {near[0]}?" if near else "see `duecourse agency list`"
        raise InputError(f"no agency {agency_id[:40]} in the register: {hint}")
    return known


def every(conn: Connection) -> tuple[KnownAgency, ...]:
    """All agencies, by their ids."""
    return tuple(_known(conn, names(conn)))


def names(conn: Connection) -> list[str]:
    """Ids of all agencies."""
    return list(conn.scalars(select(agencies.c.agency_id).distinct().order_by(agencies.c.agency_id)))


def _is_known(known: KnownAgency, event: AgencyEvent) -> bool:
    match event.kind:
        case AgencyEventKind.PUBLISHED:
            return known.is_published
        case AgencyEventKind.UNPUBLISHED:
            return not known.is_published
        case AgencyEventKind.SUSPENDED:
            return known.suspension is not None
        case AgencyEventKind.REINSTATED:
            return known.suspension is None
        case _:
            return _is_shown(known, event)


def _is_shown(known: KnownAgency, event: AgencyEvent) -> bool:
    same = (each for each in known.events if (each.kind, each.reference) == (event.kind, event.reference))
    there = next(same, None)
    if there is not None and (there.on, there.outcome) != (event.on, event.outcome):
        raise InputError(f"{event.reference} is in the register for {known.id} with other content")
    return there is not None


def _add(conn: Connection, known: KnownAgency, event: AgencyEvent) -> None:
    said = event.model_dump(exclude={"on", "at", "kind"})
    row = {**said, "agency_id": known.id, "event_no": len(known.events) + 1, "kind": event.kind.value}
    conn.execute(insert(agency_events).values(**row, on_date=event.on, at=event.at))
    body = {"on": str(event.on), **event.model_dump(mode="json", exclude={"kind", "on", "by", "at"}, exclude_none=True)}
    _told(conn, event.kind.value, known.id, event.by, event.at, body)


def _told(conn: Connection, what: str, agency_id: str, by: str, at: datetime, more: dict[str, JsonValue]) -> None:
    system_audit.append(conn, CHAIN, f"agency_{what}", at, {"agency": agency_id, "by": by, **more})


def _lock(conn: Connection, agency_id: str) -> None:
    """Keep other writers of the agency away; an embedded ledger has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"agency/{agency_id}", 0))))


def _known(conn: Connection, agency_ids: Iterable[str]) -> list[KnownAgency]:
    ids = list(agency_ids)
    versions, events = _rows(conn, agencies, "version", ids), _rows(conn, agency_events, "event_no", ids)
    return [
        KnownAgency(
            versions=tuple(_version(row) for row in versions[name]),
            events=tuple(_event(row) for row in events[name]),
        )
        for name in ids
        if versions[name]
    ]


def _rows(conn: Connection, table: Table, number: str, ids: list[str]) -> dict[str, list[RowMapping]]:
    made: dict[str, list[RowMapping]] = {name: [] for name in ids}
    statement = select(table).where(table.c.agency_id.in_(ids)).order_by(table.c.agency_id, table.c[number])
    for row in conn.execute(statement).mappings():
        made[row["agency_id"]].append(row)
    return made


def _version(row: RowMapping) -> AgencyVersion:
    return AgencyVersion(
        version=row["version"],
        agency=Agency.model_validate_json(row["body"]),
        digest=row["digest"],
        by=row["registered_by"],
        at=row["registered_at"],
    )


def _event(row: RowMapping) -> AgencyEvent:
    said = {name: value for name, value in row.items() if name not in ("agency_id", "event_no", "on_date")}
    return AgencyEvent.model_validate({**said, "on": row["on_date"]})
