"""Two who open the same case at the same instant: one case."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime
from threading import Barrier

import pytest

from domain.model.case import Case, Closure, Outcome
from domain.model.facts import Account
from domain.model.money import Money
from domain.model.strategy import PolicyRef
from ledger import accounts, audit, cases, entries, meetings, obligations
from ledger.engine import Ledger, open_ledger
from ledger.entries import Entry, EntryKind
from ledger.meetings import Allocated
from ledger.reversals import reverse

ROUNDS = 50
AT = datetime(2005, 6, 21, 1, tzinfo=UTC)
REF = PolicyRef(name="cards", version=1, digest="0" * 16)

OPENER = """
import sys
from datetime import UTC, datetime
from domain.model.strategy import PolicyRef
from ledger.cases import open_case
from ledger.engine import open_ledger
ref = PolicyRef(name="cards", version=1, digest="0" * 16)
ledger = open_ledger(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    with ledger.write() as conn:
        row, created = open_case(conn, line.strip(), ref, ref, datetime(2005, 6, 21, 1, tzinfo=UTC))
    print(row.case_id, created, flush=True)
"""


@pytest.fixture
def many_accounts(ledger: Ledger) -> list[str]:
    """An account for each round."""
    names = [f"a{number}" for number in range(ROUNDS)]
    with ledger.write() as conn:
        for name in names:
            accounts.add_account(conn, Account(account_id=name, currency="TWD", zone="Asia/Taipei"), "p1")
    return names


def test_two_threads_open_one_case(ledger: Ledger, many_accounts: list[str]) -> None:
    together = Barrier(2)

    def open_one(account_id: str) -> tuple[str, bool]:
        together.wait()
        with ledger.write() as conn:
            row, created = cases.open_case(conn, account_id, REF, REF, AT)
        return row.case_id, created

    with ThreadPoolExecutor(2) as pool:
        for name in many_accounts:
            results = list(pool.map(open_one, [name, name]))
            assert sorted(results) == [(f"{name}/1", False), (f"{name}/1", True)]


def test_two_processes_open_one_case(ledger_url: str, many_accounts: list[str]) -> None:
    with ExitStack() as stack:
        openers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", OPENER, ledger_url],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    bufsize=1,
                )
            )
            for _ in range(2)
        ]
        assert [opener.stdout.readline() for opener in openers] == ["ready\n"] * 2
        for name in many_accounts:
            for opener in openers:
                opener.stdin.write(f"{name}\n")
            answers = sorted(opener.stdout.readline() for opener in openers)
            assert answers == [f"{name}/1 False\n", f"{name}/1 True\n"]
        for opener in openers:
            opener.stdin.close()
    assert [opener.returncode for opener in openers] == [0, 0]


def test_audit_rows_written_at_once_make_one_chain(ledger_url: str, many_accounts: list[str]) -> None:
    ledger = open_ledger(ledger_url)
    with ledger.write() as conn:
        row, _ = cases.open_case(conn, many_accounts[0], REF, REF, AT)
    together = Barrier(4)

    def append(writer: int) -> None:
        together.wait()
        for number in range(10):
            with ledger.write() as conn:
                audit.append(conn, row.case_id, "step", AT, {"writer": writer, "number": number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, range(4)))
    with ledger.read() as conn:
        assert [r.case_seq for r in audit.rows(conn, row.case_id)] == list(range(1, 41))
        assert audit.verify(conn, row.case_id) is None
    ledger.close()


def test_two_threads_resume_one_episode_whose_cure_was_undone(ledger: Ledger, many_accounts: list[str]) -> None:
    names = many_accounts[:10]
    for name in names:
        _cure_and_undo(ledger, name)
    together = Barrier(2)

    def open_one(account_id: str) -> tuple[str, bool]:
        together.wait()
        with ledger.write() as conn:
            row, created = cases.open_case(conn, account_id, REF, REF, AT.replace(month=8))
        return row.case_id, created

    with ThreadPoolExecutor(2) as pool:
        for name in names:
            assert sorted(pool.map(open_one, [name, name])) == [(f"{name}/1", False), (f"{name}/1", True)]
    with ledger.read() as conn:
        assert [len(audit.rows(conn, f"{name}/1")) for name in names] == [1] * len(names)


def _cure_and_undo(ledger: Ledger, name: str) -> None:
    due_on, paid_on, billed_at = date(2005, 6, 20), date(2005, 6, 22), AT.replace(month=5)
    account = Account(account_id=name, currency="TWD", zone="Asia/Taipei")
    minimum = Money.of_minor(1000, "TWD")
    with ledger.write() as conn:
        entries.append(conn, Entry(name, f"o-{name}", EntryKind.OPENING, billed_at.date(), billed_at, 1000))
        obligations.add(conn, name, due_on, minimum, statement_on=None, recorded_at=billed_at)
        row, _ = cases.open_case(conn, name, REF, REF, AT)
        entries.append(conn, Entry(name, f"p-{name}", EntryKind.PAYMENT, paid_on, AT, -1000))
        part = (Allocated(due_on, 1000),)
        meetings.allocate(conn, name, part, value_on=paid_on, recorded_at=AT, entry_reference=f"p-{name}")
        closure = Closure(
            case_id=row.case_id, outcome=Outcome.CURED, closed_at=AT.replace(day=22), days_past_due=2, notices=0
        )
        case = Case(
            case_id=row.case_id, account=account, episode_no=1, strategy=REF, rules=REF, as_of=AT, closure=closure
        )
        cases.update_from(conn, case)
        reverse(conn, f"p-{name}", by=f"r-{name}", value_on=paid_on, recorded_at=AT.replace(month=7))
