"""The story of an account for people: entries, decisions and messages, from the ledger alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.calendar import local_day, local_instant
from domain.model.facts import Account
from domain.model.money import Money
from ledger import accounts, audit, cases, entries
from ledger.audit import AuditRow


@dataclass(frozen=True)
class Line:
    """One thing that happened."""

    at: datetime
    what: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return {"at": self.at.isoformat(), "what": self.what, "detail": self.detail}


def story(connection: Connection, account_id: str, now: datetime | None = None) -> list[Line]:
    """Everything that the ledger tells of an account until now, oldest first; raises InputError for an unknown one."""
    account = accounts.get_account(connection, account_id)
    lines = list(_entries(connection, account, now or datetime.now(UTC)))
    for row in cases.episodes(connection, account_id):
        lines.append(Line(row.opened_at, "case opened", f"{row.case_id}, strategy {row.strategy}, rules {row.rules}"))
        lines += [_told(link) for link in audit.rows(connection, row.case_id)]
    return sorted(lines, key=lambda line: line.at)


def _entries(connection: Connection, account: Account, now: datetime) -> Iterator[Line]:
    ahead = now + timedelta(days=1)
    for entry in entries.visible(connection, account.account_id, local_day(now, account.zone), ahead):
        at = local_instant(entry.value_on, time(), account.zone)
        yield Line(
            at,
            entry.kind.replace("_", " "),
            f"{Money.of_minor(entry.total_minor, account.currency)} ({entry.reference})",
        )


def _told(link: AuditRow) -> Line:
    content = link.content
    decision = content.get("decision")
    if isinstance(decision, Mapping):
        return Line(link.at, "decided", _decision(content, decision))
    detail = ", ".join(f"{name} {value}" for name, value in content.items() if value is not None)
    return Line(link.at, link.kind.replace("_", " "), detail)


def _decision(content: Mapping[str, JsonValue], decision: Mapping[str, JsonValue]) -> str:
    events = content.get("events")
    heard = ", ".join(str(event).replace("_", " ") for event in events) if isinstance(events, list) else ""
    if decision.get("outcome"):
        return f"{heard}: closed, {str(decision['outcome']).replace('_', ' ')}"
    coming = decision.get("next")
    then = f"{coming['what']}: {coming['why']}" if isinstance(coming, Mapping) else ""
    return f"{heard}: {then}"
