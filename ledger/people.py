"""People and their open cases: who owes on which accounts, and whom a change about a person concerns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.model.errors import InputError
from domain.model.strategy import PolicyRef
from ledger.cases import with_open_case
from ledger.contact_tables import person_facts
from ledger.tables import accounts, cases

_AT_ONCE = 500


def accounts_of(conn: Connection, person_id: str) -> tuple[str, ...]:
    """Ids of the accounts on which the person owes, in order."""
    c = accounts.c
    return tuple(conn.scalars(select(c.account_id).where(c.person_id == person_id).order_by(c.account_id)))


def with_open_cases(conn: Connection, person_id: str) -> list[str]:
    """Those of the person's accounts that have an open case."""
    return with_open_case(conn, accounts_of(conn, person_id))


def others_with_open_cases(conn: Connection, account_ids: Sequence[str]) -> list[str]:
    """Open cases of the persons who owe on these accounts, besides those about the same account."""
    mine, other = accounts.alias("mine"), accounts.alias("other")
    statement = (
        select(other.c.account_id)
        .distinct()
        .join(mine, (mine.c.person_id == other.c.person_id) & (mine.c.account_id != other.c.account_id))
        .join(cases, (cases.c.account_id == other.c.account_id) & cases.c.closed_at.is_(None))
        .order_by(other.c.account_id)
    )
    found: dict[str, None] = {}
    for start in range(0, len(account_ids), _AT_ONCE):
        some = account_ids[start : start + _AT_ONCE]
        found |= dict.fromkeys(conn.scalars(statement.where(mine.c.account_id.in_(some))))
    return list(found)


def count_open(conn: Connection) -> int:
    """How many cases are open."""
    return int(conn.scalar(select(func.count()).select_from(cases).where(cases.c.closed_at.is_(None))) or 0)


def strategies_in_use(conn: Connection) -> tuple[PolicyRef, ...]:
    """The strategies to which open cases are pinned."""
    c = cases.c
    columns = (c.strategy_name, c.strategy_version, c.strategy_digest)
    found = conn.execute(select(*columns).where(c.closed_at.is_(None)).distinct().order_by(*columns))
    return tuple(PolicyRef(name=name, version=version, digest=digest) for name, version, digest in found)


def first_told(conn: Connection, fact_id: str) -> datetime | None:
    """The instant of the fact of this id, withdrawn or not: who tells it again tells it of the same instant."""
    return conn.scalar(select(person_facts.c.at).where(person_facts.c.fact_id == fact_id))


def whose_fact(conn: Connection, fact_id: str) -> str:
    """Id of the person whom the fact is about; raises InputError when the ledger has no such fact."""
    person_id: str | None = conn.scalar(select(person_facts.c.person_id).where(person_facts.c.fact_id == fact_id))
    if person_id is None:
        raise InputError(f"no fact {fact_id} in the ledger")
    return person_id
