"""The story of an account for people: entries, decisions and messages, from the ledger alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from domain.calendar import local_day, local_instant, zone_of
from domain.model.facts import Account
from domain.model.money import Money
from ledger import accounts, audit, cases, entries, obligations
from ledger.audit import AuditRow
from ledger.cases import CaseRow
from ledger.entries import Entry, EntryKind
from starter.cli.sentences import sentence

_ENTRIES = {
    EntryKind.OPENING: "the ledger begins with",
    EntryKind.PAYMENT: "payment of",
    EntryKind.NET_CHARGES: "purchases and charges of the statement:",
    EntryKind.FEE: "fee of",
    EntryKind.INTEREST: "interest of",
    EntryKind.CREDIT: "credit of",
    EntryKind.WAIVER: "given up by agreement:",
    EntryKind.RE_AGE: "made current without the arrears being paid:",
    EntryKind.REVERSAL: "taken back:",
}


@dataclass(frozen=True)
class Line:
    """One thing that happened; ``local`` is the time on the wall of the account's zone."""

    at: datetime
    local: str
    kind: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {**asdict(self), "at": self.at.isoformat()}


def story(connection: Connection, account_id: str, now: datetime | None = None) -> list[Line]:
    """Everything that the ledger tells of an account until now, oldest first; raises InputError for an unknown one."""
    account = accounts.get_account(connection, account_id)
    now = now or datetime.now(UTC)
    lines = [*_entries(connection, account, now), *_unmet(connection, account, now)]
    for row in cases.episodes(connection, account_id):
        lines += _case(account, row, audit.rows(connection, row.case_id))
    return sorted(lines, key=lambda line: line.at)


def _line(account: Account, at: datetime, kind: str, text: str) -> Line:
    return Line(at, f"{at.astimezone(zone_of(account.zone)):%Y-%m-%d %H:%M}", kind, text)


def _entries(connection: Connection, account: Account, now: datetime) -> Iterator[Line]:
    ahead = now + timedelta(days=1)
    for entry in entries.visible(connection, account.account_id, local_day(now, account.zone), ahead):
        at = max(local_instant(entry.value_on, time(), account.zone), entry.recorded_at)
        late = local_day(at, account.zone) != entry.value_on
        yield _line(account, at, entry.kind.value, _entry(entry, account.currency, late))


def _entry(entry: Entry, currency: str, late: bool) -> str:
    money, words = Money.of_minor(entry.total_minor, currency), _ENTRIES[entry.kind]
    if entry.kind is EntryKind.NET_CHARGES and money.amount < 0:
        money, words = -money, "credits of the statement, after its purchases and charges:"
    if entry.kind in (EntryKind.PAYMENT, EntryKind.CREDIT):
        money = -money
    what = f"{entry.reverses}, {money}" if entry.reverses else f"{money}"
    value_date = f", value date {entry.value_on}" if late else ""
    return f"{words.capitalize()} {what} (reference {entry.reference}{value_date})."


def _unmet(connection: Connection, account: Account, now: datetime) -> Iterator[Line]:
    """Due dates that passed without the minimum: at the first instant of the day after."""
    today = local_day(now, account.zone)
    for unmet in obligations.unmet(connection, account.account_id, today, now):
        at = local_instant(unmet.due_on + timedelta(days=1), time(), account.zone)
        text = f"The minimum payment of {unmet.minimum}, due on {unmet.due_on}, is late: {unmet.unmet} is still open."
        yield _line(account, at, "late", text)


def _case(account: Account, row: CaseRow, chain: Sequence[AuditRow]) -> Iterator[Line]:
    text = f"Case {row.case_id} is opened with the strategy {row.strategy} and the rules {row.rules}."
    yield _line(account, row.opened_at, "case_opened", text)
    last_of_step = {link.content.get("step_no"): link.case_seq for link in chain if link.kind == "step"}
    for link in chain:
        taken_anew = link.kind == "step" and last_of_step[link.content.get("step_no")] != link.case_seq
        text = "A decision was taken and not adopted; it is taken anew." if taken_anew else sentence(link, account.zone)
        yield _line(account, link.at, link.kind, text)
