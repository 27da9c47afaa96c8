"""Files as banks send them: again, overlapping, corrected, cut off, with customers and with nonsense."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.model.contact import Place
from domain.model.errors import InputError, SurroundingsError
from domain.model.strategy import Channel
from ledger import accounts, intakes, persons, tables
from ledger.accounts import ContactPoint
from ledger.engine import Ledger
from ledger.importers import csv_records, intake
from ledger.importers.batches import Asks, Counts
from ledger.importers.intake import Beginning
from ledger.importers.rejects import Rejects
from ledger.importers.rows import BadRow
from ledger.persons import Person
from policies import load_rules
from starter import addresses
from starter.allocation import PackAllocation

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
COLUMNS = (*csv_records.NEEDED, *csv_records.OPTIONAL)
ASKS = Asks(PackAllocation(load_rules("cn")), addresses, lambda: NOW)
ACCOUNT = {"record": "account", "account": "a", "customer": "p", "currency": "CNY", "zone": "Asia/Shanghai"}
OPENING = {"record": "opening", "account": "a", "date": "2026-01-31", "amount": "1000.00", "reference": "o"}
PERSON = {"record": "person", "account": "a", "name": "Chen Jia", "locale": "zh-CN", "preferred_channel": "sms"}
MOBILE = {
    "record": "contact",
    "account": "a",
    "reference": "p-mobile",
    "channel": "sms",
    "address": "+86 138 0013 8000",
}
SECRET = "Zhang San"


@dataclass
class Desk:
    ledger: Ledger
    folder: Path
    bad: list[BadRow] = field(default_factory=list)

    def write(self, *rows: dict[str, str], name: str = "bank.csv") -> Path:
        with (self.folder / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return self.folder / name

    def begins(self, file: Path) -> Beginning:
        with self.ledger.read() as conn:
            return intake.beginning(conn, intake.source_of(file), self.rejects, NOW)

    @property
    def rejects(self) -> Rejects:
        return Rejects(self.folder / "bad.csv")

    def take(self, *rows: dict[str, str]) -> Counts:
        file = self.write(*rows)
        done = intake.take(
            self.ledger, intake.source_of(file), self.begins(file), ASKS, self.bad.append, lambda _: None
        )
        return Counts(**done.counts)

    def named(self) -> list[tuple[str, str]]:
        """Line and column of each bad row in their file."""
        if not self.rejects.size:
            return []
        return [(row["line"], row["column"]) for row in csv.DictReader(self.rejects.path.open())]

    def points(self, person_id: str = "p") -> dict[str, ContactPoint]:
        with self.ledger.read() as conn:
            return {p.contact_point_id: p for p in accounts.contact_points(conn, person_id, date(2199, 1, 1))}


@pytest.fixture
def desk(ledger: Ledger, tmp_path: Path) -> Desk:
    return Desk(ledger, tmp_path)


def test_a_customer_and_their_contact_points_come_with_the_account(desk: Desk) -> None:
    office = MOBILE | {"reference": "p-work", "channel": "call", "address": "+862161234567", "place": "workplace"}
    told = desk.take(ACCOUNT, PERSON, MOBILE, office | {"verified": "no", "shared": "yes", "usable_from": "2026-02-01"})
    assert (told.rows, told.persons, told.contact_points, told.bad_rows) == (4, 1, 2, 0)
    with desk.ledger.read() as conn:
        assert persons.get(conn, "p") == Person("p", "Chen Jia", "zh-CN", Channel.SMS)
    there = desk.points()
    assert set(there) == {"p-mobile", "p-work"}, "no contact point of the channel file beside them"
    assert (there["p-mobile"].address, there["p-mobile"].usable_from) == ("+8613800138000", None)
    work = there["p-work"]
    assert (work.place, work.verified, work.shared, work.usable_from) == (
        Place.WORKPLACE,
        False,
        True,
        date(2026, 2, 1),
    )


def test_an_account_without_a_contact_row_is_reached_by_file_and_one_with_a_bad_one_is_not(desk: Desk) -> None:
    other = ACCOUNT | {"account": "b", "customer": "q"}
    desk.take(ACCOUNT, other, MOBILE | {"account": "b", "address": "138"})
    assert set(desk.points("p")) == {"file-a"}
    assert desk.points("q") == {}


def test_what_is_sent_again_changes_nothing_and_what_changed_is_updated(desk: Desk) -> None:
    rows = (ACCOUNT | {"credit_limit": "5000.00"}, PERSON, MOBILE, OPENING)
    desk.take(*rows)
    assert desk.take(*rows, OPENING) == Counts(rows=5, accounts=1)
    changed = desk.take(ACCOUNT | {"credit_limit": "6000.00"}, PERSON | {"name": "", "locale": "en"}, MOBILE)
    assert (changed.credit_limits, changed.persons, changed.contact_points) == (1, 1, 0)
    with desk.ledger.read() as conn:
        assert persons.get(conn, "p") == Person("p", "Chen Jia", "en", Channel.SMS)
        assert conn.scalar(select(tables.accounts.c.credit_limit_minor)) == 6000_00


def test_a_new_contact_point_of_a_known_account_is_used_from_the_day_of_the_intake(desk: Desk) -> None:
    desk.take(ACCOUNT, MOBILE)
    new = MOBILE | {"reference": "p-mobile-2", "address": "+8613900139000"}
    assert desk.take(ACCOUNT, MOBILE, new).contact_points == 1
    assert desk.points()["p-mobile-2"].usable_from == date(2026, 6, 1)
    assert desk.take(ACCOUNT, MOBILE, new, OPENING).bad_rows == 0


BAD = [
    (MOBILE | {"address": "13800138000"}, "address", "begins with + and the country's code"),
    (MOBILE | {"address": ""}, "address", "empty"),
    (MOBILE | {"channel": "fax"}, "channel", "not one of call, sms"),
    (MOBILE | {"reference": "+8613800138000"}, "reference", "no id"),
    (MOBILE | {"reference": "13800138000"}, "reference", "the address itself cannot be the reference"),
    (MOBILE | {"reference": "file-a"}, "reference", "given by the ledger"),
    (MOBILE | {"party": "cousin"}, "party", "not one of debtor"),
    (MOBILE | {"party_id": SECRET}, "party_id", "no code"),
    (MOBILE | {"place": SECRET}, "place", "not one of home"),
    (MOBILE | {"verified": "perhaps"}, "verified", "neither yes nor no"),
    (MOBILE | {"zone": SECRET}, "zone", "not the name of a time zone"),
    (MOBILE | {"usable_from": "soon"}, "usable_from", "not a date"),
    (PERSON | {"locale": SECRET}, "locale", "not a locale"),
    (PERSON | {"preferred_channel": SECRET}, "preferred_channel", "not one of"),
    (PERSON | {"name": SECRET * 40}, "name", "longer than 200"),
    ({"record": "person", "account": "a"}, "name", "nothing is told"),
    (OPENING | {"reference": "x", "amount": SECRET}, "amount", "not an amount"),
    (OPENING | {"reference": "x", "date": SECRET}, "date", "not a date"),
    ({"record": SECRET, "account": "a"}, "record", "not one of account"),
    (OPENING | {"account": SECRET}, "account", "no readable account row"),
]


@pytest.mark.parametrize(("row", "column", "reason"), BAD)
def test_a_bad_row_is_named_without_what_it_holds(desk: Desk, row: dict[str, str], column: str, reason: str) -> None:
    told = desk.take(ACCOUNT, OPENING, row)
    (bad,) = desk.bad
    assert (bad.line, bad.column) == (4, column)
    assert reason in bad.reason
    assert SECRET not in desk.rejects.path.read_text()
    assert "138001" not in bad.reason
    assert (told.bad_rows, desk.named()) == (1, [(str(bad.line), column)])


def test_a_known_contact_point_keeps_its_content_and_an_address_its_id(desk: Desk) -> None:
    desk.take(ACCOUNT, MOBILE)
    other, renamed = MOBILE | {"address": "+8613800138001"}, MOBILE | {"reference": "p-other"}
    desk.take(ACCOUNT, other, renamed, MOBILE | {"reference": "p-other", "party": "spouse"})
    assert [row.reason for row in desk.bad] == [
        "p-mobile is known with other content: give the new one its own reference",
        "the person has this address already, as p-mobile",
    ]
    assert set(desk.points()) == {"p-mobile", "p-other"}, "another party may have the same number"


def test_an_intake_that_was_cut_off_goes_on_there_and_names_each_bad_row_once(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(intake, "BATCH", 2)
    rows: list[dict[str, str]] = []
    for number in range(7):
        mine = {"account": f"a{number}"}
        rows += [ACCOUNT | mine | {"customer": f"p{number}"}, OPENING | mine | {"reference": f"o{number}"}]
        rows += [OPENING | mine | {"reference": "x", "amount": "many"}, {"record": "account", "account": "a0"}]
    file, stored = desk.write(*rows), intake.store

    def cut(conn, checked) -> None:
        stored(conn, checked)
        if any(history.account_id == "a4" for history in checked.new):
            raise KeyboardInterrupt

    monkeypatch.setattr(intake, "store", cut)
    with pytest.raises(KeyboardInterrupt):
        desk.take(*rows)
    monkeypatch.setattr(intake, "store", stored)
    assert (desk.begins(file).goes_on, desk.begins(file).intake.line) == (True, 16)
    told = desk.take(*rows)
    assert (told.rows, told.new_accounts, told.bad_rows) == (14, 7, 14)
    assert [int(line) for line, _ in desk.named()] == [line for line in range(2, 30) if line % 4 in (0, 1)]
    assert desk.begins(file).taken_before


def test_without_its_bad_rows_it_is_read_from_the_first_line(desk: Desk, monkeypatch) -> None:
    rows = (ACCOUNT, OPENING, OPENING | {"reference": "x", "amount": "many"})
    file = desk.write(*rows)
    with desk.ledger.write() as conn:
        new = desk.begins(file).intake
        intakes.put(conn, intakes.Intake(**{**vars(new), "line": 3, "reject_bytes": 60}))
    assert (desk.begins(file).goes_on, desk.begins(file).is_first_line) == (False, True)
    assert desk.take(*rows).rows == 2
    assert desk.named() == [("4", "amount")]


def test_a_changed_file_of_the_same_name_is_known_as_such(desk: Desk) -> None:
    desk.take(ACCOUNT)
    start = desk.begins(desk.write(ACCOUNT, OPENING))
    assert (start.taken_before, start.other is not None, start.same) == (False, True, None)


def test_who_was_outrun_stores_nothing(desk: Desk) -> None:
    file = desk.write(ACCOUNT)
    start = desk.begins(file)
    desk.take(ACCOUNT)
    with pytest.raises(SurroundingsError, match=r"another intake of bank\.csv is under way"):
        intake.take(desk.ledger, intake.source_of(file), start, ASKS, desk.bad.append, lambda _: None)


def test_a_trial_writes_nothing_and_tells_what_would_come_of_it(desk: Desk) -> None:
    rows = (ACCOUNT, PERSON, MOBILE, OPENING, ACCOUNT | {"account": "b"}, MOBILE | {"account": "b"}, OPENING)
    other = OPENING | {"account": "b"}
    file = desk.write(*rows, other)
    tried = intake.try_out(desk.ledger, intake.source_of(file), ASKS, desk.bad.append, lambda _: None)
    with desk.ledger.read() as conn:
        for table in (tables.accounts, tables.persons, tables.contact_points, intakes.intakes):
            assert conn.scalar(select(func.count()).select_from(table)) == 0
    assert [(row.line, row.column) for row in desk.bad] == [(8, "account"), (9, "reference")]
    assert not desk.rejects.path.exists()
    assert desk.take(*rows, other) == tried


def test_a_wrong_payment_is_corrected_by_a_reversal_and_a_new_entry(desk: Desk) -> None:
    paid = {"record": "payment", "account": "a", "date": "2026-02-10", "amount": "40.00", "reference": "pay"}
    back = {"record": "reversal", "account": "a", "date": "2026-02-10", "reference": "back", "reverses": "pay"}
    desk.take(ACCOUNT, OPENING, paid)
    assert desk.take(ACCOUNT, OPENING, paid | {"amount": "50.00"}).bad_rows == 1
    assert desk.take(ACCOUNT, paid, back, paid | {"reference": "right", "amount": "50.00"}).entries == 2
    with desk.ledger.read() as conn:
        assert conn.scalar(select(func.sum(tables.entries.c.principal_minor))) == 950_00


def test_a_file_of_bad_rows_is_not_written_over_something_else(desk: Desk) -> None:
    file = desk.write(ACCOUNT)
    with pytest.raises(InputError, match="that is the file to read"):
        Rejects(file).refuse_unusable(file)
    other = desk.write(ACCOUNT, name="other.csv")
    with pytest.raises(InputError, match="it exists and names no bad rows"):
        Rejects(other).refuse_unusable(file)
    with pytest.raises(InputError, match="cannot be written"):
        Rejects(desk.folder / "none" / "bad.csv").refuse_unusable(file)


def test_no_statement_of_an_intake_reads_a_whole_table(desk: Desk, statements_of) -> None:
    desk.take(ACCOUNT, PERSON, MOBILE, OPENING)
    file = desk.write(ACCOUNT, PERSON, MOBILE | {"reference": "p-2", "address": "+8613900139000"}, OPENING)
    with desk.ledger.write() as conn:
        batch, digest = list(intake.groups(file, desk.bad.append)), desk.begins(file).intake.digest
        with statements_of(conn) as executed:
            intakes.find(conn, digest)
            intakes.last_named(conn, file.name)
            intake._stored(conn, batch, ASKS)
        assert [each for each in executed.reading_whole_tables() if not each.startswith("INSERT")] == []
