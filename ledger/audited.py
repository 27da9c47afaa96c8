"""What an audit goes through, read for one person at a time, each table once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, select, union

from domain.model.contact import FactKind, Party, PastFact, Place, Purpose
from domain.model.facts import MessageState
from domain.model.permits import PermitState
from domain.model.stops import StopKind
from domain.model.strategy import Channel
from ledger import contact_tables as tables
from ledger import contacts as of_contacts
from ledger.accounts import ContactPoint
from ledger.chains import Link
from ledger.contacts import Contact
from ledger.stops import Stop
from ledger.tables import accounts, audit, cases, contact_points, messages
from ledger.tables import policies as policy_rows

_AT_ONCE = 500


@dataclass(frozen=True)
class AuditedMessage:
    """A message of this system, of whatever purpose."""

    key: str
    case_id: str
    account_id: str
    person_id: str
    channel: Channel
    party: Party
    contact_point_id: str | None
    purpose: Purpose
    legal_notice: str | None
    state: MessageState
    intent_at: datetime
    content_digest: str | None


@dataclass(frozen=True)
class AuditedPermit:
    """A permit, without its contact."""

    permit_id: str
    issued_at: datetime
    valid_from: datetime
    expires_at: datetime
    state: PermitState


@dataclass(frozen=True)
class AuditedPolicy:
    """A published version of a strategy or of rules, as stored."""

    kind: str
    name: str
    version: int
    digest: str
    body: str


@dataclass(frozen=True)
class AuditedFact:
    """A fact about a person, and when it was known."""

    fact: PastFact
    recorded_at: datetime
    withdrawn_at: datetime | None

    def was_known(self, at: datetime) -> bool:
        """Whether it had been told by the instant, and not been taken back."""
        is_told = max(self.fact.at, self.recorded_at) <= at
        return is_told and (self.withdrawn_at is None or at < self.withdrawn_at)


def persons(conn: Connection) -> tuple[str, ...]:
    """Ids of the persons who have a case, or a contact on record."""
    of_cases = select(accounts.c.person_id).join(cases, cases.c.account_id == accounts.c.account_id)
    return tuple(sorted(conn.scalars(union(of_cases, select(tables.contacts.c.person_id)))))


def without_case(conn: Connection) -> tuple[str, ...]:
    """Ids of cases that rows of evidence or messages speak of, and that the ledger does not have."""
    gone = [select(c.case_id).where(~exists().where(cases.c.case_id == c.case_id)) for c in (audit.c, messages.c)]
    return tuple(sorted(conn.scalars(union(*gone))))


def rows(conn: Connection, case_ids: Sequence[str]) -> dict[str, list[Link]]:
    """The chains of the cases, each oldest first; empty ones too."""
    c = audit.c
    names = (c.case_id.label("chain"), c.case_seq.label("number"), c.kind, c.at, c.body, c.previous_hash, c.hash)
    found: dict[str, list[Link]] = {case_id: [] for case_id in case_ids}
    for row in _some(conn, select(*names).order_by(c.case_id, c.case_seq), c.case_id, case_ids):
        found[row["chain"]].append(Link(**row))
    return found


def system_chains(conn: Connection) -> tuple[str, ...]:
    """Names of the chains that tell of what is not a case's."""
    chain = tables.system_audit.c.chain
    return tuple(conn.scalars(select(chain).distinct().order_by(chain)))


def messages_of(conn: Connection, case_ids: Sequence[str]) -> Iterator[AuditedMessage]:
    """The messages of the cases."""
    names = [messages.c[name] for name in AuditedMessage.__dataclass_fields__]
    for row in _some(conn, select(*names).order_by(messages.c.key), messages.c.case_id, case_ids):
        words = {"channel": Channel(row["channel"]), "party": Party(row["party"]), "purpose": Purpose(row["purpose"])}
        yield AuditedMessage(**{**row, **words, "state": MessageState(row["state"])})


def contacts_of(conn: Connection, contact_ids: Collection[str]) -> Iterator[Contact]:
    """The contacts of these ids, whosever they are."""
    c = tables.contacts
    return map(of_contacts.read, _some(conn, select(c), c.c.contact_id, sorted(contact_ids)))


def permits_of(conn: Connection, permit_ids: Collection[str]) -> Iterator[AuditedPermit]:
    """The permits of these ids."""
    c = tables.permits.c
    names = [c[name] for name in AuditedPermit.__dataclass_fields__]
    for row in _some(conn, select(*names), c.permit_id, sorted(permit_ids)):
        yield AuditedPermit(**{**row, "state": PermitState(row["state"])})


def points_of(conn: Connection, person_id: str) -> list[ContactPoint]:
    """Where the person and their other parties were ever reached, the newest first."""
    found = conn.execute(select(contact_points).where(contact_points.c.person_id == person_id)).mappings()
    points = [_point(row) for row in found]
    return sorted(points, key=lambda p: (-(p.usable_from or date.min).toordinal(), p.contact_point_id))


def facts_of(conn: Connection, person_id: str) -> list[AuditedFact]:
    """All that was ever told of the person, oldest first, also what was withdrawn."""
    c, w = tables.person_facts.c, tables.withdrawals.c
    statement = (
        select(tables.person_facts, w.recorded_at.label("withdrawn_at"))
        .outerjoin(tables.withdrawals, w.fact_id == c.fact_id)
        .where(c.person_id == person_id)
        .order_by(c.at, c.recorded_at, c.fact_id)
    )
    found = conn.execute(statement).mappings()
    return [AuditedFact(_fact(row), row["recorded_at"], row["withdrawn_at"]) for row in found]


def stops(conn: Connection) -> list[Stop]:
    """Every emergency stop that there ever was, oldest first."""
    c = tables.stops.c
    found = conn.execute(select(tables.stops).order_by(c.set_at, c.stop_id)).mappings()
    return [Stop(**{**row, "kind": StopKind(row["kind"])}) for row in found]


def watermark(conn: Connection, feed: str) -> tuple[datetime, datetime] | None:
    """Until when the feed is complete, and since when that is known."""
    c = tables.watermarks.c
    row = conn.execute(select(c.fresh_until, c.updated_at).where(c.feed == feed)).one_or_none()
    return (row.fresh_until, row.updated_at) if row else None


def policies(conn: Connection) -> Iterator[AuditedPolicy]:
    """Every policy that was ever published, in the order of their names."""
    c = policy_rows.c
    names = [c[name] for name in AuditedPolicy.__dataclass_fields__]
    for row in conn.execute(select(*names).order_by(c.kind, c.name, c.version)).mappings():
        yield AuditedPolicy(**row)


def _some(conn: Connection, statement: Select[Any], column: Any, values: Sequence[str]) -> Iterator[RowMapping]:
    """The rows whose column has one of the values: databases bound how many one statement may name."""
    for start in range(0, len(values), _AT_ONCE):
        yield from conn.execute(statement.where(column.in_(values[start : start + _AT_ONCE]))).mappings()


def _point(row: RowMapping) -> ContactPoint:
    words = {"channel": Channel(row["channel"]), "party": Party(row["party"]), "place": Place(row["place"])}
    return ContactPoint(**{**row, **words})


def _fact(row: RowMapping) -> PastFact:
    names = ("at", "name", "party_id", "collector", "opens", "closes", "days", "until")
    return PastFact(
        **{name: row[name] for name in names},
        kind=FactKind(row["kind"]),
        channel=Channel(row["channel"]) if row["channel"] else None,
        address=row["address_id"],
        debts=tuple(json.loads(row["debts"])),
        party=Party(row["party"]),
    )
