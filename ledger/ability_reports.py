"""Ability reports: each version of what a person can pay, as it was stated and assessed; never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from domain.model.ability import Ability, AbilityReport, HouseholdStatement
from domain.model.errors import InputError
from ledger.codes import code
from ledger.contact_tables import ability_reports
from ledger.inserts import insert_new


@dataclass(frozen=True)
class Assessed:
    """What is to be stored: a statement, what it came to, and who took it."""

    report_id: str
    person_id: str
    on: date
    statement: HouseholdStatement
    ability: Ability
    recorded_at: datetime
    recorded_by: str
    """Code of who took the statement."""


def add(conn: Connection, new: Assessed) -> tuple[AbilityReport, bool]:
    """Store a report as the person's next version, once under its id; and whether this call stored it.

    The caller keeps other writers of the person away. Raises InputError when the id says something else.
    """
    there = get(conn, new.report_id)
    if there is not None:
        if (there.statement, _person_of(conn, new.report_id)) != (new.statement, new.person_id):
            raise InputError(f"ability report {new.report_id} is in the ledger with other content")
        return there, False
    report = AbilityReport(
        report_id=new.report_id,
        version=_versions(conn, new.person_id) + 1,
        on=new.on,
        statement=new.statement,
        ability=new.ability,
    )
    row = {
        "report_id": report.report_id,
        "person_id": new.person_id,
        "version": report.version,
        "on_date": report.on,
        "statement": report.statement.model_dump_json(),
        "ability": report.ability.model_dump_json(),
        "recorded_at": new.recorded_at,
        "recorded_by": code("recorded by", new.recorded_by),
    }
    if not insert_new(conn, ability_reports, row):
        raise InputError(f"ability report {new.report_id} was stored just now by somebody else: try again")
    return report, True


def get(conn: Connection, report_id: str) -> AbilityReport | None:
    """The report of this id."""
    return _one(conn, ability_reports.c.report_id == report_id)


def last_of(conn: Connection, person_id: str) -> AbilityReport | None:
    """The person's newest version."""
    return _one(conn, ability_reports.c.person_id == person_id)


def _one(conn: Connection, asked: ColumnElement[bool]) -> AbilityReport | None:
    c = ability_reports.c
    columns = (c.report_id, c.version, c.on_date, c.statement, c.ability)
    statement = select(*columns).where(asked).order_by(c.version.desc()).limit(1)
    row = conn.execute(statement).one_or_none()
    if row is None:
        return None
    return AbilityReport(
        report_id=row.report_id,
        version=row.version,
        on=row.on_date,
        statement=HouseholdStatement.model_validate_json(row.statement),
        ability=Ability.model_validate_json(row.ability),
    )


def _versions(conn: Connection, person_id: str) -> int:
    c = ability_reports.c
    return conn.scalar(select(func.max(c.version)).where(c.person_id == person_id)) or 0


def _person_of(conn: Connection, report_id: str) -> str | None:
    c = ability_reports.c
    return conn.scalar(select(c.person_id).where(c.report_id == report_id))
