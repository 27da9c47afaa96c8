"""Agencies of the register: how they stand, and what a suspension stops at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from domain.agencies.standing import standing
from domain.calendar import local_day
from domain.model.agency_events import AgencyEvent, AgencyEventKind, KnownAgency
from domain.model.agency_standing import Standing
from domain.model.errors import InputError
from domain.model.pack import Pack
from domain.model.stops import StopKind
from ledger import agencies
from ledger.stops import Stop
from starter.stops import let_go_on, stop_now

_OF_SUSPENSIONS = "agency-suspended/"


def stand(known: Sequence[KnownAgency], packs: Sequence[Pack], at: datetime) -> tuple[Standing, ...]:
    """How each of them stands, on the day of its own zone."""
    return tuple(standing(each, packs, local_day(at, each.newest.agency.zone)) for each in known)


def suspend(conn: Connection, agency_id: str, by: str, reason: str, at: datetime) -> tuple[bool, int]:
    """Suspend an agency and stop all that it does; False when it is suspended already.

    The number is that of the people with open permits, who hear of it.
    """
    if not _tell(conn, agency_id, AgencyEventKind.SUSPENDED, by, reason, at):
        return False, 0
    stop = Stop(_stop_of(agencies.found(conn, agency_id)), StopKind.AGENCY, agency_id, at, by, reason)
    return True, stop_now(conn, stop)[1]


def reinstate(conn: Connection, agency_id: str, by: str, reason: str, at: datetime) -> tuple[bool, int]:
    """End a suspension and release its stop; False when there is none. Raises InputError for who suspended.

    The number is that of the open cases, which look again.
    """
    if not _tell(conn, agency_id, AgencyEventKind.REINSTATED, by, reason, at):
        return False, 0
    return True, let_go_on(conn, _stop_of(agencies.found(conn, agency_id)), at, by)[1]


def refuse_of_a_suspension(conn: Connection, stop_id: str) -> None:
    """Raises InputError for the stop of a suspension, which is released with the suspension as a whole."""
    if not stop_id.startswith(_OF_SUSPENSIONS):
        return
    for known in agencies.every(conn):
        if known.suspension is not None and _stop_of(known) == stop_id:
            raise InputError(f"{stop_id} belongs to a suspension: `duecourse agency reinstate {known.id}` ends it")


def _tell(conn: Connection, agency_id: str, kind: AgencyEventKind, by: str, reason: str, at: datetime) -> bool:
    today = local_day(at, agencies.found(conn, agency_id).newest.agency.zone)
    return agencies.tell(conn, agency_id, AgencyEvent(kind=kind, on=today, by=by, at=at, reason=reason))


def _stop_of(known: KnownAgency) -> str:
    """Name of the stop of the last suspension: each has one of its own."""
    last = max(i for i, event in enumerate(known.events, start=1) if event.kind is AgencyEventKind.SUSPENDED)
    return f"{_OF_SUSPENSIONS}{known.id}/{last}"
