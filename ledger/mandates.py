"""Mandates: by which customers let the bank debit an account of theirs; each ends, none is erased.

What is debited is known here by the provider's own reference, never by the number of a bank account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select, update

from domain.model.debits import KnownMandate
from domain.model.errors import InputError
from domain.model.money import Money
from ledger import accounts, changes, system_audit
from ledger.codes import code
from ledger.debit_tables import mandates
from ledger.inserts import insert_new

CHAIN = "mandates"
"""Chain of the system's audit that tells of mandates: they need no case."""
_ACCOUNT_NUMBER = re.compile(r"[0-9-]{6,}|[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
"""What a bank account's number looks like, an IBAN among them."""


@dataclass(frozen=True)
class Mandate:
    """A mandate as the ledger has it."""

    mandate_id: str
    account_id: str
    """The card account that is repaid."""
    token: str
    """The provider's reference of the mandate."""
    signed_on: date
    valid_from: date
    evidence: str
    """Reference of what was signed."""
    given_by: str
    """Who recorded it."""
    recorded_at: datetime
    valid_until: date | None = None
    """The last day."""
    most: Money | None = None
    """The most that one debit may take."""
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str | None = None

    @property
    def known(self) -> KnownMandate:
        """As a decision knows it."""
        days = {"signed_on": self.signed_on, "valid_from": self.valid_from, "valid_until": self.valid_until}
        return KnownMandate(id=self.mandate_id, **days, most=self.most)


def add(conn: Connection, mandate: Mandate) -> bool:
    """Keep a mandate once, and let its case know; False when it was kept before.

    Raises InputError for an unknown account, another currency, days that cannot be, a token that looks like an account
    number, and an id that was used for another mandate.
    """
    account = accounts.get_account(conn, mandate.account_id)
    _check(mandate, account.currency)
    if not insert_new(conn, mandates, _row(conn, mandate, account.currency)):
        there = get(conn, mandate.mandate_id)
        ended = {"ended_at": None, "ended_by": None, "end_reason": None}
        if there is None or replace(there, recorded_at=mandate.recorded_at, **ended) != mandate:  # type: ignore[arg-type]  # by name
            raise InputError(f"mandate {mandate.mandate_id} is in the ledger with other content")
        return False
    most = None if mandate.most is None else str(mandate.most)
    days = {name: str(getattr(mandate, name)) for name in ("signed_on", "valid_from", "valid_until")}
    body = {"mandate": mandate.mandate_id, "account": mandate.account_id, **days, "most": most}
    said = {"evidence": mandate.evidence, "by": mandate.given_by}
    system_audit.append(conn, CHAIN, "mandate_given", mandate.recorded_at, {**body, **said})
    changes.note(conn, {mandate.account_id}, mandate.recorded_at)
    return True


def end(conn: Connection, mandate_id: str, at: datetime, by: str, reason: str) -> bool:
    """From now on nothing is debited by it; False when it ended before; raises InputError when there is none."""
    there = get(conn, mandate_id)
    if there is None:
        raise InputError(f"no mandate {mandate_id} in the ledger: `duecourse mandate list` shows them")
    said = {"ended_by": code("ended by", by), "end_reason": code("reason", reason)}
    running = update(mandates).where(mandates.c.mandate_id == mandate_id, mandates.c.ended_at.is_(None))
    if conn.execute(running.values(ended_at=at, **said)).rowcount != 1:
        return False
    body = {"mandate": mandate_id, "account": there.account_id, "by": by, "reason": reason}
    system_audit.append(conn, CHAIN, "mandate_ended", at, body)
    changes.note(conn, {there.account_id}, at)
    return True


def get(conn: Connection, mandate_id: str) -> Mandate | None:
    """The mandate of this id, ended or not."""
    row = conn.execute(select(mandates).where(mandates.c.mandate_id == mandate_id)).mappings().one_or_none()
    return _read(row) if row else None


def running(conn: Connection, account_id: str, as_of: datetime) -> tuple[KnownMandate, ...]:
    """Those of the account that had not ended at the instant, whatever their days; the one signed last first."""
    c = mandates.c
    there = (c.account_id == account_id, c.recorded_at <= as_of, c.ended_at.is_(None) | (c.ended_at > as_of))
    found = (_read(row) for row in conn.execute(_newest_first(*there)).mappings())
    return tuple(each.known for each in found)


def listing(conn: Connection, limit: int, account_id: str | None = None, *, only_running: bool = True) -> list[Mandate]:
    """The mandates signed last, of one account or of all."""
    wanted: list[ColumnElement[bool]] = []
    if account_id is not None:
        wanted.append(mandates.c.account_id == account_id)
    if only_running:
        wanted.append(mandates.c.ended_at.is_(None))
    return [_read(row) for row in conn.execute(_newest_first(*wanted).limit(limit)).mappings()]


def _newest_first(*wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    c = mandates.c
    return select(mandates).where(*wanted).order_by(c.signed_on.desc(), c.recorded_at.desc(), c.mandate_id)


def _check(mandate: Mandate, currency: str) -> None:
    for what, text in (("token", mandate.token), ("evidence", mandate.evidence), ("given by", mandate.given_by)):
        code(what, text)
    code("id of a mandate", mandate.mandate_id)
    if _ACCOUNT_NUMBER.fullmatch(mandate.token):
        raise InputError("the token looks like the number of a bank account: give the reference of your provider")
    if mandate.valid_until is not None and mandate.valid_until < mandate.valid_from:
        raise InputError(f"the mandate would end on {mandate.valid_until}, before it begins on {mandate.valid_from}")
    if mandate.valid_from < mandate.signed_on:
        raise InputError(f"the mandate would begin on {mandate.valid_from}, before it was signed ({mandate.signed_on})")
    if mandate.most is not None and (mandate.most.currency != currency or mandate.most.minor <= 0):
        raise InputError(f"the most that a debit may take is an amount above zero, in {currency}")


def _row(conn: Connection, mandate: Mandate, currency: str) -> dict[str, object]:
    row = {name: value for name, value in vars(mandate).items() if name != "most"}
    most = None if mandate.most is None else mandate.most.minor
    return {**row, "person_id": accounts.person_of(conn, mandate.account_id), "most_minor": most, "currency": currency}


def _read(row: RowMapping) -> Mandate:
    most = None if row["most_minor"] is None else Money.of_minor(row["most_minor"], row["currency"])
    same = {name: row[name] for name in Mandate.__dataclass_fields__ if name != "most"}
    return Mandate(**same, most=most)
