"""Facts about a person that bear on contact: each an entry of its own, taken back only by a second entry."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, select

from domain.model.contact import FactKind, Party, PastFact
from domain.model.errors import InputError
from domain.model.pack import MINUTES_OF_DAY
from domain.model.strategy import Channel
from ledger.canonical import canonical
from ledger.codes import code
from ledger.contact_tables import person_facts, withdrawals
from ledger.inserts import insert_new
from ledger.persons import check_reached
from ledger.zones import check_zone

_WINDOWS = (FactKind.AGREED_WINDOW, FactKind.PREFERRED_WINDOW, FactKind.INCONVENIENT_WINDOW)
_NAMED = (
    FactKind.HOLD,
    FactKind.RELEASE,
    FactKind.EVENT,
    FactKind.CONSENT,
    FactKind.REVOCATION,
    FactKind.NOTICE_GIVEN,
)
"""Kinds that mean nothing without a name."""


@dataclass(frozen=True)
class PersonFact:
    """A fact as the ledger has it."""

    fact_id: str
    person_id: str
    fact: PastFact
    recorded_at: datetime
    evidence: str | None = None
    """Code of what shows it, such as the reference of a recording; no free text."""


def add(conn: Connection, fact: PersonFact) -> bool:
    """Store a fact once; False when it was stored before; raises InputError when its id says something else."""
    _check(conn, fact)
    if insert_new(conn, person_facts, _row(fact)):
        return True
    there = get(conn, fact.fact_id)
    if there is None or replace(there, recorded_at=fact.recorded_at) != fact:
        raise InputError(f"fact {fact.fact_id} is in the ledger with other content")
    return False


def withdraw(conn: Connection, fact_id: str, at: datetime, by: str, reason: str) -> bool:
    """From ``at`` on the fact counts as never told; False when it was withdrawn before.

    ``by`` and ``reason`` are codes. Raises InputError when the ledger has no such fact.
    """
    if get(conn, fact_id) is None:
        raise InputError(f"no fact {fact_id} in the ledger")
    said = {"withdrawn_by": code("withdrawn by", by), "reason": code("reason", reason)}
    return insert_new(conn, withdrawals, {"fact_id": fact_id, "recorded_at": at, **said})


def of_person(
    conn: Connection, person_id: str, as_of: datetime, kinds: Collection[FactKind] | None = None
) -> tuple[PersonFact, ...]:
    """The person's facts as known at the instant, oldest first, without those withdrawn by then."""
    c, w = person_facts.c, withdrawals.c
    withdrawn = and_(w.fact_id == c.fact_id, w.recorded_at <= as_of)
    statement = (
        select(person_facts)
        .outerjoin(withdrawals, withdrawn)
        .where(c.person_id == person_id, c.at <= as_of, c.recorded_at <= as_of, w.fact_id.is_(None))
        .order_by(c.at, c.recorded_at, c.fact_id)
    )
    if kinds is not None:
        statement = statement.where(c.kind.in_(kinds))
    return tuple(_read(row) for row in conn.execute(statement).mappings())


def _check(conn: Connection, fact: PersonFact) -> None:
    check_reached(conn, fact.person_id, fact.fact.address)
    if fact.evidence is not None:
        code("evidence of a fact", fact.evidence)
    _check_content(fact.fact, f"fact {fact.fact_id}")


def _check_content(fact: PastFact, of: str) -> None:
    if fact.name or fact.kind in _NAMED:
        code("name of a fact", fact.name)
    if fact.kind is FactKind.ZONE:
        check_zone(fact.name, of)
    if fact.kind in _WINDOWS and not (_is_minute(fact.opens) and _is_minute(fact.closes)):
        raise InputError(f"{of}: hours open and close at minutes from 0 to {MINUTES_OF_DAY}")
    if fact.days is not None and fact.days < 1:
        raise InputError(f"{of}: it holds for one day at least")


def _is_minute(value: int | None) -> bool:
    return value is not None and 0 <= value <= MINUTES_OF_DAY


def is_withdrawn(conn: Connection, fact_id: str) -> bool:
    """Whether it counts as never told."""
    return conn.scalar(select(withdrawals.c.fact_id).where(withdrawals.c.fact_id == fact_id)) is not None


def get(conn: Connection, fact_id: str) -> PersonFact | None:
    """The fact of this id, withdrawn or not."""
    row = conn.execute(select(person_facts).where(person_facts.c.fact_id == fact_id)).mappings().one_or_none()
    return _read(row) if row else None


_SAME_NAME = ("at", "kind", "name", "channel", "party", "party_id", "collector", "opens", "closes", "days", "until")


def _row(fact: PersonFact) -> dict[str, object]:
    return {
        "fact_id": fact.fact_id,
        "person_id": fact.person_id,
        "recorded_at": fact.recorded_at,
        "address_id": fact.fact.address,
        "debts": canonical(list(fact.fact.debts)),
        "evidence": fact.evidence,
        **{name: getattr(fact.fact, name) for name in _SAME_NAME},
    }


def _read(row: RowMapping) -> PersonFact:
    words = {"kind": FactKind(row["kind"]), "party": Party(row["party"])}
    channel = Channel(row["channel"]) if row["channel"] else None
    known = {**{name: row[name] for name in _SAME_NAME}, **words, "channel": channel}
    fact = PastFact(**known, address=row["address_id"], debts=tuple(json.loads(row["debts"])))
    return PersonFact(row["fact_id"], row["person_id"], fact, row["recorded_at"], row["evidence"])
