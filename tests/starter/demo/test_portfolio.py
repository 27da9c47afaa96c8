"""The portfolios of a demo: generated, real, or a file in the documented format."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.model.errors import InputError
from ledger.importers.rows import BadRow
from policies import load_rules
from starter.demo.portfolio import Portfolio, generated, portfolio_file
from starter.demo.window import Window, choose

RULES = load_rules("cn")
HEADER = "record,account,date,amount,reference,currency,zone,minimum,due_on\n"
TWO = HEADER + (
    "account,A-1,,,,USD,America/New_York,,\n"
    "statement,A-1,2026-01-31,500.00,,,,50.00,2026-02-20\n"
    "payment,A-1,2026-03-02,50.00,p-1,,,,\n"
    "account,A-2,,,,USD,Pacific/Auckland,,\n"
    "statement,A-2,2026-02-10,900.00,,,,90.00,2026-03-20\n"
    "payment,A-2,2026-03-12,many,p-2,,,,\n"
)
UCI = "ID,LIMIT_BAL,PAY_0,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6," + ",".join(
    f"{name}{n}" for name in ("BILL_AMT", "PAY_AMT") for n in range(1, 7)
)
LATE = ",".join(["20000", *["2"] * 6, *["5000"] * 6, *["0"] * 6])


@pytest.fixture
def bad() -> list[BadRow]:
    return []


def ending(portfolio: Portfolio, last: date, days: int) -> Window:
    return Window.of(last - timedelta(days=days - 1), days)


@pytest.mark.parametrize("days", [1, 7, 60, 184])
def test_the_generated_portfolio_has_enough_accounts_past_due_for_any_window(days: int) -> None:
    portfolio = generated(seed=5, days=days, cases=400)
    window = ending(portfolio, date(2027, 1, 31), days)

    choice = choose(portfolio.histories(window), window, RULES, 400, 5)

    assert len(choice.chosen) == 400
    assert choice.past_due >= 480


def test_a_larger_demo_generates_more_accounts() -> None:
    names = [generated(seed=1, days=180, cases=cases).name for cases in (1, 300, 5_000)]

    assert names == [
        "3,000 generated accounts (seed 1)",
        "3,000 generated accounts (seed 1)",
        "40,000 generated accounts (seed 1)",
    ]


def test_the_last_day_of_the_data_comes_to_the_last_day_of_the_window(tmp_path: Path, bad: list[BadRow]) -> None:
    file = tmp_path / "real.csv"
    file.write_text(f"{UCI}\n7,{LATE}\n")
    portfolio = portfolio_file(file, 180, RULES, bad.append)
    window = ending(portfolio, date(2027, 1, 31), 180)

    (history,) = portfolio.histories(window)

    # 2005-10-31 comes to 2027-01-31: the last statement closed 31 days before, its obligation fell due 11 before
    assert history.statements[-1].closed_on == date(2026, 12, 31)
    assert history.dues[-1].due_on == date(2027, 1, 20)
    assert (portfolio.name, portfolio.currency, portfolio.zone) == ("real.csv", "TWD", "Asia/Taipei")


def test_bad_rows_of_the_real_portfolio_are_told_and_left_out(tmp_path: Path, bad: list[BadRow]) -> None:
    file = tmp_path / "real.csv"
    file.write_text(f"{UCI}\n7,{LATE}\n8,{LATE.replace('20000', 'much')}\n9,{LATE}\n")
    portfolio = portfolio_file(file, 30, RULES, bad.append)
    window = ending(portfolio, date(2027, 1, 31), 30)

    assert [history.account_id for history in portfolio.histories(window)] == ["7", "9"]
    assert [(row.line, row.column) for row in bad] == [(3, "LIMIT_BAL")]


@pytest.mark.parametrize("days", [184, 185])
def test_days_beyond_the_data_are_refused(days: int, tmp_path: Path, bad: list[BadRow]) -> None:
    file = tmp_path / "real.csv"
    file.write_text(f"{UCI}\n7,{LATE}\n")
    if days == 184:
        assert portfolio_file(file, days, RULES, bad.append).most_days == 184
        return
    with pytest.raises(InputError, match=r"--days 185: the data of real.csv covers 184 days only"):
        portfolio_file(file, days, RULES, bad.append)
    with pytest.raises(
        InputError, match=r"--days 185: the data of 3,000 generated accounts \(seed 1\) covers 184 days only"
    ):
        generated(1, days, 10)


def test_a_file_in_the_portfolio_format_says_its_currency_its_zone_and_its_days(
    tmp_path: Path, bad: list[BadRow]
) -> None:
    file = tmp_path / "two.csv"
    file.write_text(TWO)
    portfolio = portfolio_file(file, 30, RULES, bad.append)

    # from the day after the first statement to the last day that a row tells of (the bad row tells of none)
    assert (portfolio.last_day, portfolio.most_days) == (date(2026, 3, 2), 30)
    assert (portfolio.currency, portfolio.zone) == ("USD", "Pacific/Auckland")
    assert bad == []
    with pytest.raises(InputError, match=r"--days 31: the data of two\.csv covers 30 days only"):
        portfolio_file(file, 31, RULES, bad.append)


def test_a_file_in_the_portfolio_format_is_moved_as_a_whole(tmp_path: Path, bad: list[BadRow]) -> None:
    file = tmp_path / "two.csv"
    file.write_text(TWO)
    portfolio = portfolio_file(file, 30, RULES, bad.append)
    window = ending(portfolio, date(2027, 3, 2), 30)

    first, second = portfolio.histories(window)

    assert [entry.value_on for entry in first.entries] == [date(2027, 1, 31), date(2027, 3, 2)]
    assert [(met.due_on, met.value_on, met.amount_minor) for met in first.met] == [
        (date(2027, 2, 20), date(2027, 3, 2), 5_000)
    ]
    assert [statement.closed_on for statement in second.statements] == [date(2027, 2, 10)]
    assert [(row.line, row.column) for row in bad] == [(7, "amount")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "neither the columns of the real portfolio"),
        ("record;account\n", "neither the columns"),
        (HEADER.replace("minimum,", ""), "column minimum missing"),
        (HEADER, "no row can be loaded"),
        (HEADER + "account,A-1,,,,USD,Nowhere,,\n", "no row can be loaded"),
        (TWO.replace("A-2,,,,USD", "A-2,,,,EUR"), "accounts in EUR, USD: .* split the file by currency"),
        (UCI.replace("PAY_2,", "") + "\n", "column PAY_2 missing"),
    ],
)
def test_a_file_that_cannot_be_run_is_refused(content: str, reason: str, tmp_path: Path, bad: list[BadRow]) -> None:
    file = tmp_path / "portfolio.csv"
    file.write_text(content)

    with pytest.raises(InputError, match=reason):
        portfolio_file(file, 10, RULES, bad.append)


def test_bad_rows_are_told_also_when_no_other_is_there(tmp_path: Path, bad: list[BadRow]) -> None:
    file = tmp_path / "portfolio.csv"
    file.write_text(HEADER + "account,A-1,,,,USD,Nowhere,,\n")

    with pytest.raises(InputError):
        portfolio_file(file, 10, RULES, bad.append)

    assert [(row.line, row.column) for row in bad] == [(2, "zone")]
