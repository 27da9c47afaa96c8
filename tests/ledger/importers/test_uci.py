from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.model.errors import InputError
from ledger.importers import uci
from ledger.importers.history import AccountHistory
from ledger.importers.rows import BadRow

HEADER = (
    "ID,LIMIT_BAL,SEX,EDUCATION,MARRIAGE,AGE,PAY_0,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6,"
    + ",".join(f"BILL_AMT{n}" for n in range(1, 7))
    + ","
    + ",".join(f"PAY_AMT{n}" for n in range(1, 7))
    + ",DEFAULT_NEXT_MONTH"
)
GOOD = ["1", "20000", *["?"] * 4, *["0"] * 6, *["5000"] * 6, *["1000"] * 6, "0"]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """A file of that header with these rows."""

    def write(*rows: list[str]) -> Path:
        file = tmp_path / "cards.csv"
        file.write_text("\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n")
        return file

    return write


def changed(**values: str) -> list[str]:
    names = HEADER.split(",")
    return [values.get(name, value) for name, value in zip(names, GOOD, strict=True)]


def days_past_due(history: AccountHistory, day: date) -> int | None:
    met = {m.due_on for m in history.met if m.value_on <= day}
    unmet = [d.due_on for d in history.dues if d.due_on < day and d.minimum_minor and d.due_on not in met]
    balance = sum(e.amount_minor for e in history.entries if e.value_on <= day)
    return (day - unmet[0]).days if unmet and balance > 0 else None


def of(real: list[AccountHistory], account_id: str) -> AccountHistory:
    return next(history for history in real if history.account_id == account_id)


MONTH_ENDS = [date(2005, m + 1, 1) - timedelta(days=1) for m in range(5, 11)]


def test_the_real_portfolio_has_the_stated_size_cuts_and_clearings(real: list[AccountHistory]) -> None:
    assert len(real) == 30_000
    assert sum(history.cut_months for history in real) == 6_657
    cleared = Counter(
        met.value_on.month == 10
        for history in real
        for met in history.met
        if met.entry_reference is None and met.value_on > met.due_on
    )
    assert cleared == {True: 5_026, False: 2_727}
    assert sum(history.cleared_by_status for history in real) == 7_753


def test_619_net_charges_of_150_000_are_negative(real: list[AccountHistory]) -> None:
    charges = [entry for history in real for entry in history.entries if entry.kind == "net_charges"]
    assert len(charges) == 150_000
    assert sum(entry.amount_minor < 0 for entry in charges) == 619


def test_the_entries_of_every_real_account_add_up_to_its_statements(real: list[AccountHistory]) -> None:
    for history in real:
        for statement in history.statements:
            known = sum(entry.amount_minor for entry in history.entries if entry.value_on <= statement.closed_on)
            assert known == statement.balance_minor


def test_29604_rolls_month_after_month(real: list[AccountHistory]) -> None:
    days = [days_past_due(of(real, "29604"), day) for day in MONTH_ENDS]
    assert days == [None, None, 11, 42, 72, 103]


def test_9_is_late_once_and_cures(real: list[AccountHistory]) -> None:
    history = of(real, "9")
    late = [met for met in history.met if met.value_on > met.due_on]
    assert len(late) == 1
    assert days_past_due(history, MONTH_ENDS[-1]) is None


def test_20_is_stated_late_but_owes_nothing(real: list[AccountHistory]) -> None:
    history = of(real, "20")
    assert history.stated[-1].months_late >= 1
    assert all(days_past_due(history, day) is None for day in MONTH_ENDS)


def test_29580_pays_nothing_and_yet_its_status_improves(real: list[AccountHistory]) -> None:
    history = of(real, "29580")
    assert {statement.balance_minor for statement in history.statements} == {2_400_00}
    assert not [entry for entry in history.entries if entry.kind == "payment"]
    assert days_past_due(history, date(2005, 6, 30)) == 192
    assert days_past_due(history, date(2005, 8, 31)) == 42
    assert history.cleared_by_status > 0


def test_38_has_a_credit_balance_and_is_never_past_due(real: list[AccountHistory]) -> None:
    history = of(real, "38")
    assert any(statement.balance_minor < 0 for statement in history.statements)
    assert all(due.minimum_minor >= 0 for due in history.dues)


def test_a_shift_moves_every_date_and_leaves_references(uci_file: Path, real: list[AccountHistory]) -> None:
    moved = list(uci.histories(uci_file, pytest.fail, shift_days=100, accounts={"9", "38"}))
    assert [history.account_id for history in moved] == ["9", "38"]
    for history in moved:
        before = of(real, history.account_id)
        assert [(e.value_on - timedelta(days=100), e.reference) for e in history.entries] == [
            (e.value_on, e.reference) for e in before.entries
        ]
        assert [m.value_on - timedelta(days=100) for m in history.met] == [m.value_on for m in before.met]


def test_the_outcome_and_the_personal_columns_are_never_read(written: Callable[..., Path]) -> None:
    (history,) = uci.histories(written(changed(SEX="x", AGE="x", DEFAULT_NEXT_MONTH="x")), pytest.fail)
    assert history.account_id == "1"


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"ID": "x"}, "ID", "'x' is not a whole number"),
        ({"ID": "0"}, "ID", "0 is not an account number"),
        ({"PAY_4": "1.5"}, "PAY_4", "'1.5' is not a whole number"),
        ({"PAY_0": "99"}, "PAY_0", "99 is no repayment status (-2 to 24)"),
        ({"PAY_AMT3": "-1"}, "PAY_AMT3", "-1 is negative"),
        ({"BILL_AMT2": ""}, "BILL_AMT2", "'' is not a whole number"),
        ({"BILL_AMT2": "1_000"}, "BILL_AMT2", "'1_000' is not a whole number"),
        ({"LIMIT_BAL": "1" * 13}, "LIMIT_BAL", f"'{'1' * 13}' is not a whole number"),
    ],
)
def test_a_bad_row_is_told_by_line_column_and_reason_and_the_others_are_read(
    written: Callable[..., Path], values: dict[str, str], column: str, reason: str
) -> None:
    bad: list[BadRow] = []
    read = list(uci.histories(written(GOOD, changed(**{"ID": "2", **values}), changed(ID="3")), bad.append))
    assert [history.account_id for history in read] == ["1", "3"]
    assert bad == [BadRow(3, column, reason)]


def test_a_repeated_account_and_a_short_row_are_bad_and_an_empty_line_is_nothing(written: Callable[..., Path]) -> None:
    bad: list[BadRow] = []
    assert len(list(uci.histories(written(GOOD, [], GOOD, ["7", "8"]), bad.append))) == 1
    assert [str(row) for row in bad] == [
        "line 4, column ID: account 1 appears twice",
        "line 5, column ID: 2 values, expected 25",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ID,LIMIT_BAL\n1,2\n", "line 1: column PAY_6"),
        (b"", "line 1: column ID"),
        (b"\xff\xfe\x00", "not a UTF-8 text file"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "other.csv"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message) as refused:
        list(uci.histories(file, pytest.fail))
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        list(uci.histories(tmp_path / "none.csv", pytest.fail))
