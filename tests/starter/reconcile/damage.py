"""What the tests of the reconciler share: one pass, and the damages that it mends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

import worker
from activities.stuck import StuckMessages
from domain.model.contact import Actor, ContactAsk
from domain.model.reconcile import ReconcileAsk, Reconciled
from domain.model.strategy import Channel
from ledger import permits, watches
from starter.reconcile.reconciler import Reconciler
from starter.reconcile.server import Server
from tests.faults.bank import until, zone_where_it_is_noon
from tests.plugins.virtual_bank import Bank

HOUR = timedelta(hours=1)
_DAYS_AGO = timedelta(days=3)


async def reconcile(bank: Bank, *, dry_run: bool = False, has_channels: bool = True) -> Reconciled:
    """One pass; without channels it is that of the command."""
    ask = ReconcileAsk(as_of=datetime.now(UTC), grace_s=0, dry_run=dry_run)
    settle = StuckMessages(bank.ledger, worker.channels(bank.settings, bank.ledger)).settle if has_channels else None
    return await Reconciler(bank.ledger, bank.policies, Server(bank.client), settle=settle).run(ask)


async def opened(bank: Bank, *account_ids: str) -> None:
    """Cases that have looked once, and sent what was due."""
    for account_id in account_ids:
        bank.add_account(account_id, (10, 500), zone=zone_where_it_is_noon(datetime.now(UTC)))
    await bank.relay()

    async def have_sent() -> bool:
        with bank.ledger.read() as conn:
            states = "SELECT account_id FROM messages WHERE state = 'sent'"
            return set(account_ids) <= set(conn.scalars(text(states)))

    await until(have_sent, "every case has sent its first notice")


def forget_case(conn: Connection, name: str) -> None:
    """As if the case had ended and the feed had lost what it noted of that."""
    closing = "UPDATE cases SET closed_at = opened_at, outcome = 'withdrawn', stage = 'closed' WHERE account_id = :name"
    conn.execute(text(closing), {"name": name})


def forget_watch(conn: Connection, name: str) -> None:
    watches.drop(conn, [name])


def forget_row(conn: Connection, name: str) -> None:
    """As in a ledger that was restored from before the case began."""
    with _by_force(conn):
        for table in ("contacts", "messages", "audit", "cases"):
            conn.execute(text(f"DELETE FROM {table} WHERE case_id = :name"), {"name": f"{name}/1"})


def forget_receipt(conn: Connection, name: str) -> None:
    """As if the worker had ended between the channel's yes and the receipt, days ago."""
    sending = "UPDATE messages SET state = 'sending', settled_at = NULL, receipt = NULL, intent_at = :at"
    at = int((datetime.now(UTC) - _DAYS_AGO).timestamp() * 1_000_000)
    with _by_force(conn):
        conn.execute(text(f"{sending} WHERE account_id = :name"), {"name": name, "at": at})


@contextmanager
def _by_force(conn: Connection) -> Iterator[None]:
    """Without the triggers that forbid it."""
    triggers = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _ in triggers:
        conn.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in triggers:
        conn.exec_driver_sql(sql)


def leave_permit(conn: Connection, name: str) -> None:
    """A permit that nobody used or gave back."""
    at = datetime.now(UTC) - 2 * HOUR
    ask = ContactAsk(channel=Channel.CALL, at=at, debts=(name,), actor=Actor.CREDITOR)
    ends, case_id = at + HOUR, f"{name}/1"
    permits.issue(
        conn,
        f"{case_id}/permit/left",
        f"person-{name}",
        ask,
        issued_at=at,
        valid_from=at,
        expires_at=ends,
        case_id=case_id,
    )
