"""One account's rows, applied in the order of time to what the ledger knows of it; what is new comes out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from domain.model.facts import MeetingOrigin, Obligation
from domain.model.money import Money
from domain.model.rules import Component
from ledger.entries import EntryKind
from ledger.importers.allocation import Allocation
from ledger.importers.csv_records import AccountRecord, EntryRecord, Record, ReversalRecord, StatementRecord
from ledger.importers.history import AccountHistory, Due, Entry, Met, Statement
from ledger.importers.rows import RowError


@dataclass
class Known:
    """What is known of one account: stored before, or new."""

    statements: dict[date, int] = field(default_factory=dict)
    dues: dict[date, Due] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)


class Replay:
    """Applies the records of one account; a record that does not fit raises ``RowError``."""

    def __init__(self, account: AccountRecord, known: Known, allocation: Allocation) -> None:
        self._account, self._known, self._allocation = account, known, allocation
        self._new = Known()

    @property
    def new(self) -> AccountHistory:
        """What the ledger did not know before."""
        account, new = self._account, self._new
        return AccountHistory(
            account_id=account.account_id,
            person_id=account.person_id,
            currency=account.currency,
            zone=account.zone,
            credit_limit_minor=account.credit_limit_minor,
            statements=tuple(Statement(*item) for item in new.statements.items()),
            dues=tuple(new.dues.values()),
            met=tuple(new.met),
            entries=tuple(new.entries.values()),
        )

    def apply(self, record: Record) -> None:
        """Take one record; one that is known already changes nothing."""
        if isinstance(record, StatementRecord):
            self._statement(record)
        elif isinstance(record, EntryRecord):
            self._entry(record)
        else:
            self._reversal(record)

    def _statement(self, record: StatementRecord) -> None:
        if record.on in self._known.statements:
            return self._same_statement(record)
        if record.due_on in self._known.dues:
            raise RowError("due_on", f"an obligation due on {record.due_on} is known already")
        # what the entries do not explain is charged on the statement's day, so that their sum is its balance
        if unexplained := record.balance_minor - sum(self._owed(record.on)):
            kind = EntryKind.NET_CHARGES if self._known.entries else EntryKind.OPENING
            reference = f"csv/{self._account.account_id}/{kind}/{record.on}"
            self._add_entry(Entry(reference, kind, record.on, unexplained))
        self._known.statements[record.on] = self._new.statements[record.on] = record.balance_minor
        if record.due_on is not None:
            due = Due(record.due_on, record.minimum_minor, record.on)
            self._known.dues[due.due_on] = self._new.dues[due.due_on] = due
        return None

    def _same_statement(self, record: StatementRecord) -> None:
        if self._known.statements[record.on] != record.balance_minor:
            raise RowError("amount", f"the statement of {record.on} is known with another balance")
        known = next((due for due in self._known.dues.values() if due.statement_on == record.on), None)
        stated = Due(record.due_on, record.minimum_minor, record.on) if record.due_on else None
        if known != stated:
            raise RowError("minimum", f"the statement of {record.on} is known with another minimum or due date")

    def _entry(self, record: EntryRecord) -> None:
        if known := self._known.entries.get(record.reference):
            asked = (record.kind, record.on, record.amount_minor)
            if (known.kind, known.value_on, known.amount_minor) != asked:
                raise RowError("reference", f"{record.reference} is known with another kind, date or amount")
            return
        if record.kind == EntryKind.OPENING and self._known.entries:
            raise RowError("record", "an opening comes first: this account has entries already")
        pays = record.kind in (EntryKind.PAYMENT, EntryKind.CREDIT)
        legs = record.legs or self._legs(record)
        parts = self._allocation.met(self._money(-record.amount_minor), self._unmet(record.on)) if pays else ()
        self._add_entry(Entry(record.reference, record.kind, record.on, *legs))
        for due_on, part in parts:
            self._add_met(Met(due_on, record.on, record.reference, MeetingOrigin.ALLOCATION, part.minor))

    def _reversal(self, record: ReversalRecord) -> None:
        entry = self._known.entries.get(record.reverses)
        if entry is None:
            raise RowError("reverses", f"account {self._account.account_id} has no entry {record.reverses} before this")
        if record.on < entry.value_on:
            raise RowError("date", f"{record.on} is before the value date {entry.value_on} of what is taken back")
        legs = (-entry.principal_minor, -entry.interest_minor, -entry.fee_minor)
        reversal = Entry(record.reference, EntryKind.REVERSAL, record.on, *legs, reverses=entry.reference)
        if known := self._known.entries.get(record.reference):
            if known != reversal:
                raise RowError("reference", f"{record.reference} is known with another content")
            return
        if any(other.reverses == entry.reference for other in self._known.entries.values()):
            raise RowError("reverses", f"{entry.reference} was taken back before, by another reference")
        self._add_entry(reversal)
        for met in [met for met in self._known.met if met.entry_reference == entry.reference and met.amount_minor]:
            taken = -(met.amount_minor or 0)
            self._add_met(Met(met.due_on, record.on, record.reference, MeetingOrigin.ALLOCATION, taken))

    def _legs(self, record: EntryRecord) -> tuple[int, int, int]:
        owed = dict(zip(Component, map(self._money, self._owed(record.on)), strict=True))
        late = [obligation for obligation in self._unmet(record.on) if obligation.due_on < record.on]
        parts = self._allocation.legs(self._money(-record.amount_minor), owed, late, record.on)
        principal, interest, fee = (-parts[component].minor for component in Component)
        return principal, interest, fee

    def _owed(self, day: date) -> tuple[int, int, int]:
        visible = [entry for entry in self._known.entries.values() if entry.value_on <= day]
        return (
            sum(entry.principal_minor for entry in visible),
            sum(entry.interest_minor for entry in visible),
            sum(entry.fee_minor for entry in visible),
        )

    def _unmet(self, day: date) -> list[Obligation]:
        """Billed and unmet on the day, less what later payments have met by now."""
        before, after, cleared = defaultdict[date, int](int), defaultdict[date, int](int), set[date]()
        for met in self._known.met:
            if met.amount_minor is not None:
                (before if met.value_on <= day else after)[met.due_on] += met.amount_minor
            elif met.value_on <= day:
                cleared.add(met.due_on)
        unmet = []
        for due in sorted(self._known.dues.values()):
            left = due.minimum_minor - before[due.due_on] - max(0, after[due.due_on])
            billed = due.due_on < day or due.statement_on is None or due.statement_on <= day
            if left > 0 and billed and due.due_on not in cleared:
                minimum = self._money(due.minimum_minor)
                unmet.append(Obligation(due_on=due.due_on, minimum=minimum, unmet=self._money(left)))
        return unmet

    def _add_entry(self, entry: Entry) -> None:
        self._known.entries[entry.reference] = self._new.entries[entry.reference] = entry

    def _add_met(self, met: Met) -> None:
        self._known.met.append(met)
        self._new.met.append(met)

    def _money(self, minor: int) -> Money:
        return Money.of_minor(minor, self._account.currency)
