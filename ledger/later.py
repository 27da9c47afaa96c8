"""What is recorded with an instant that has not come: by a clock that is ahead, or on purpose."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select, union_all

from ledger.contact_tables import person_facts
from ledger.tables import accounts, entries, meetings, obligations

_AT_ONCE = 1_000


def known_later(conn: Connection, account_ids: Collection[str], at: datetime) -> dict[str, datetime]:
    """Account → the first instant after ``at`` from which something counts that is in the ledger already."""
    found: dict[str, datetime] = {}
    ids = sorted(account_ids)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        of_account = [
            select(t.c.account_id, func.min(t.c.recorded_at).label("at"))
            .where(t.c.account_id.in_(some), t.c.recorded_at > at)
            .group_by(t.c.account_id)
            for t in (entries, meetings, obligations)
        ]
        a, f = accounts.c, person_facts.c
        of_person = (
            select(a.account_id, func.min(f.recorded_at).label("at"))
            .join(person_facts, f.person_id == a.person_id)
            .where(a.account_id.in_(some), f.recorded_at > at)
            .group_by(a.account_id)
        )
        for account_id, known_at in conn.execute(union_all(*of_account, of_person)):
            found[account_id] = min(known_at, found.get(account_id, known_at))
    return found
