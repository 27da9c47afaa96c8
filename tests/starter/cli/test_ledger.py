import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from starter import cli

EXAMPLE = Path(__file__).parents[3] / "docs" / "portfolio-example.csv"
COLUMNS = "record,account,date,amount,reference,currency,zone,minimum,due_on"


class Shell:
    """Runs `duecourse ledger …` and `intake` on an embedded ledger of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys
        monkeypatch.setenv("DUECOURSE_DATA_DIR", str(folder / "data"))
        monkeypatch.delenv("DUECOURSE_LEDGER_URL", raising=False)

    def __call__(self, *words: str | Path) -> SimpleNamespace:
        group = [] if words[0] == "intake" else ["ledger"]
        self._monkeypatch.setattr("sys.argv", ["duecourse", *group, *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = self._capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err, lines=err.strip().splitlines())

    def json(self, *words: str | Path) -> dict[str, object]:
        done = self(*words, "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.fixture
def ready(run: Shell) -> Shell:
    """With the example of the docs in the ledger."""
    assert run("init").code == 0
    assert run("intake", EXAMPLE, "--no-cases").code == 0
    return run


@pytest.fixture
def some_real_rows(shared: Path, tmp_path: Path) -> Callable[..., Path]:
    """The first rows of the real portfolio, written for this test only."""

    def write(count: int, change: Callable[[list[str]], None] = lambda _: None) -> Path:
        with (shared / "data" / "uci_credit_card.csv").open() as file:
            lines = [next(file).rstrip("\r\n") for _ in range(count + 1)]
        change(lines)
        (tmp_path / "real.csv").write_text("\n".join(lines) + "\n")
        return tmp_path / "real.csv"

    return write


def test_a_ledger_is_made_once_and_may_be_made_again(run: Shell) -> None:
    missing = run("arrears", "--as-of", "2026-04-01")
    assert missing.code == 1
    assert "duecourse ledger init" in missing.err
    assert [run("init").code, run("init").code] == [0, 0]
    assert (run.folder / "data" / "ledger.db").exists()


def test_another_ledger_is_chosen_by_address(run: Shell) -> None:
    address = f"sqlite:///{run.folder / 'other.db'}"
    assert run("init", "--ledger", address).code == 0
    assert run("intake", EXAMPLE, "--ledger", address).code == 0
    assert run.json("show", "A-1001", "--as-of", "2026-03-31", "--ledger", address)["balance"] == "1452"


def test_arrears_have_exactly_the_documented_fields(ready: Shell) -> None:
    found = ready.json("arrears", "--as-of", "2026-04-01", "--currency", "CNY")
    assert found == {
        "as_of": "2026-04-01",
        "accounts_past_due": 1,
        "past_due_amount": "139.8",
        "stated_late_nothing_owed": 0,
        "days_past_due": {"12": 1},
    }
    told = ready("arrears", "--as-of", "2026-04-01", "--currency", "CNY")
    assert "1 account past due, 139.8 CNY" in told.out
    assert "12 days past due" in told.out


def test_arrears_of_several_currencies_need_one_to_be_named(ready: Shell) -> None:
    refused = ready("arrears", "--as-of", "2026-04-01")
    assert refused.code == 2
    assert refused.lines == ["duecourse: this ledger has accounts in CNY, EUR: choose one with --currency"]


def test_arrears_of_an_empty_ledger_are_nothing(run: Shell) -> None:
    run("init")
    assert run.json("arrears", "--as-of", "2026-04-01")["past_due_amount"] == "0"
    assert run("arrears", "--as-of", "2026-04-01").code == 0


def test_the_real_import_reports_what_it_did_and_the_second_changes_nothing(
    run: Shell, some_real_rows: Callable[..., Path]
) -> None:
    run("init")
    file = some_real_rows(200)
    first, again = run.json("import", "uci", file), run.json("import", "uci", file)
    assert (first["rows"], first["accounts"], first["new_accounts"], first["bad_rows"]) == (200, 200, 200, 0)
    assert first["statements"] == 1_200
    assert first["history_ends_on"] == "2005-10-31"
    assert again == {**first, "new_accounts": 0}


def test_the_real_import_leaves_bad_rows_out_and_tells_them(run: Shell, some_real_rows: Callable[..., Path]) -> None:
    def spoil(lines: list[str]) -> None:
        for number in range(3, 28):
            lines[number] = lines[number].replace(",", ",?", 1)

    run("init")
    done = run("import", "uci", some_real_rows(30, spoil), "--json")
    assert done.code == 0
    report = json.loads(done.out)
    assert (report["rows"], report["accounts"], report["bad_rows"], len(report["first_bad_rows"])) == (30, 5, 25, 20)
    assert len(done.lines) == 21
    assert done.lines[0].startswith("real.csv, line 4, column LIMIT_BAL: '?")
    assert done.lines[-1] == "real.csv: 5 more bad rows"


def test_a_strict_real_import_with_a_bad_row_loads_nothing(run: Shell, some_real_rows: Callable[..., Path]) -> None:
    run("init")
    file = some_real_rows(5, lambda lines: lines.append("6,x"))
    refused = run("import", "uci", file, "--strict")
    assert refused.code == 2
    assert "bad rows: 1, nothing loaded" in refused.lines[-1]
    assert run("show", "1").code == 2
    assert run("import", "uci", some_real_rows(5), "--strict").code == 0


def test_a_rebase_brings_the_last_day_to_the_date_by_whole_weeks(
    run: Shell, some_real_rows: Callable[..., Path]
) -> None:
    run("init")
    file = some_real_rows(20)
    assert run.json("import", "uci", file, "--rebase", "2026-11-25")["history_ends_on"] == "2026-11-23"
    mixed = run("import", "uci", file)
    assert mixed.code == 2
    assert "history that ends on 2026-11-23, not on 2005-10-31" in mixed.err


@pytest.mark.parametrize("content", ["a,b\n1,2\n", ""])
@pytest.mark.parametrize("command", [("import", "uci"), ("intake",)])
def test_a_malformed_file_is_bad_input_in_one_line(run: Shell, command: tuple[str, ...], content: str) -> None:
    run("init")
    file = run.folder / "bad.csv"
    file.write_text(content)
    refused = run(*command, file)
    assert refused.code == 2
    assert len(refused.lines) == 1


def test_a_portfolio_is_generated_and_the_same_again_changes_nothing(run: Shell) -> None:
    run("init")
    words = ("generate", "--accounts", "60", "--seed", "5", "--last-day", "2026-11-23")
    first, again = run.json(*words), run.json(*words)
    assert (first["accounts"], first["new_accounts"], again["new_accounts"]) == (60, 60, 0)
    assert run("generate", "--accounts", "60", "--seed", "6", "--last-day", "2026-11-23").code == 2
    assert run("show", "G000001").code == 0


def test_an_ended_history_is_shown_as_of_its_last_day(run: Shell) -> None:
    run("init")
    run("generate", "--accounts", "1", "--last-day", "2020-01-31")
    assert run.json("show", "G000001")["as_of"] == "2020-01-31"


def test_an_account_is_shown_with_what_is_past_due_and_why(ready: Shell) -> None:
    found = ready.json("show", "A-1001", "--as-of", "2026-03-26")
    assert (found["balance"], found["past_due"], found["days_past_due"]) == ("1298", "39.8", 6)
    assert found["unmet"] == [{"due_on": "2026-03-20", "minimum": "139.8", "unmet": "39.8"}]
    told = ready("show", "A-1001", "--as-of", "2026-03-26").out
    assert "past due: 39.8 CNY, 6 days, since 2026-03-20" in told
    assert "bank-transfer-77058" in told


def test_a_payment_is_posted_once_shown_and_taken_back_once(ready: Shell) -> None:
    words = ("post-payment", "A-1001", "139.80", "--reference", "p1", "--value-on", "2026-04-01")
    assert ready("show", "A-1001", "--as-of", "2026-04-01").out.count("unmet") == 1
    first, again = ready(*words), ready(*words)
    assert first.out.startswith("posted: 139.80 CNY, account A-1001, value date 2026-04-01")
    assert again.out.startswith("nothing changed: p1 was posted before")
    assert ready.json("show", "A-1001", "--as-of", "2026-04-01")["past_due"] == "0"
    back = ready.json("reverse-payment", "p1")
    assert (back["new"], back["obligations"]) == (True, {"2026-03-20": "-139.8"})
    assert ready.json("reverse-payment", "p1")["new"] is False
    assert ready.json("show", "A-1001", "--as-of", "2026-04-01")["past_due"] == "139.8"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("post-payment", "nobody", "1", "--reference", "p"), "no account nobody"),
        (("post-payment", "A-1001", "-5", "--reference", "p"), "a payment is above zero"),
        (("post-payment", "A-1001", "0", "--reference", "p"), "give an amount above zero"),
        (("post-payment", "A-1001", "five", "--reference", "p"), "write digits and a point"),
        (("post-payment", "A-1001", "1.005", "--reference", "p"), "CNY has 2 decimal places"),
        (("post-payment", "A-1001", "1", "--reference", "p", "--currency", "eur"), "is kept in CNY, not in eur"),
        (("post-payment", "A-1001", "1", "--reference", "p", "--value-on", "2026-01-30"), "no entry on or before"),
        (("post-payment", "A-1001", "1", "--reference", "p", "--value-on", "today"), "does not match the format"),
        (("post-payment", "A-1001", "1"), "reference"),
        (("post-payment", "A-1001", "1", "--reference", "A-1001-opening"), "was used for another entry"),
        (("reverse-payment", "nothing"), "no payment nothing"),
        (("show", "nobody"), "no account nobody"),
        (("arrears", "--as-of", "yesterday"), "does not match the format"),
        (("arrears", "--as-of", "2026-04-01", "--currency", "USD"), "no account in USD"),
        (("import", "uci", "none.csv"), "cannot read none.csv"),
        (("generate", "--accounts", "0"), "greater than or equal to 1"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(ready: Shell, words: tuple[str, ...], message: str) -> None:
    refused = ready(*words)
    assert refused.code == 2
    assert message in refused.err
    assert len(refused.lines) == 1
    assert refused.out == ""


@pytest.mark.parametrize("day", ["0001-02-03", "9999-12-31"])
@pytest.mark.parametrize(
    "words",
    [
        ("arrears", "--as-of"),
        ("show", "A-1001", "--as-of"),
        ("import", "uci", EXAMPLE, "--rebase"),
        ("generate", "--last-day"),
        ("post-payment", "A-1001", "1", "--reference", "p", "--value-on"),
        ("reverse-payment", "p", "--value-on"),
    ],
)
def test_a_day_out_of_range_is_one_line_and_exit_code_2(ready: Shell, words: tuple[str, ...], day: str) -> None:
    refused = ready(*words, day)
    why = f"{words[-1]}: {day} is out of range: write a day from 1970-01-01 to 2199-12-31"
    assert (refused.code, refused.lines) == (2, [f"duecourse: {why}"])


def test_a_file_that_is_no_database_is_one_line_and_exit_code_1(run: Shell) -> None:
    file = run.folder / "letter.db"
    file.write_text("dear bank, " * 200)
    refused = run("init", "--ledger", f"sqlite:///{file}")
    assert refused.code == 1
    assert len(refused.lines) == 1
    assert "cannot be used: file is not a database" in refused.err


def test_a_payment_posted_after_the_history_is_shown_as_of_today(run: Shell) -> None:
    run("init")
    run("generate", "--accounts", "2", "--last-day", "2020-01-31")
    assert run("post-payment", "G000001", "1", "--reference", "p1").code == 0
    found = run.json("show", "G000001")
    assert found["as_of"] > "2020-01-31"
    assert found["entries"][-1]["reference"] == "p1"
    assert run.json("show", "G000002")["as_of"] == "2020-01-31"


def test_a_return_that_leaves_an_account_without_case_past_due_says_so(ready: Shell) -> None:
    rows = ("account,L,,,,CNY,Asia/Shanghai,,", "statement,L,2020-01-31,1000.00,,,,100.00,2020-02-20")
    (ready.folder / "late.csv").write_text("\n".join((COLUMNS, *rows)) + "\n")
    assert ready("intake", ready.folder / "late.csv", "--no-cases").code == 0
    for reference, amount in (("p1", "1000"), ("p2", "1")):
        assert ready("post-payment", "L", amount, "--reference", reference, "--value-on", "2020-03-01").code == 0
    assert ready.json("reverse-payment", "p2")["past_due_again"] is False
    back = ready("reverse-payment", "p1")
    assert back.out.endswith("past due again: the feed opens its case\n")
    assert ready.json("reverse-payment", "p1")["past_due_again"] is True


def test_what_was_known_on_a_day_leaves_out_what_was_told_later(ready: Shell) -> None:
    paid = ready("post-payment", "A-1003", "20.33", "--reference", "late-news", "--value-on", "2026-04-25")
    assert paid.code == 0
    arrears = ("arrears", "--as-of", "2026-04-30", "--currency", "EUR")
    shown = ("show", "A-1003", "--as-of", "2026-04-30")
    assert ready.json(*arrears)["past_due_amount"] == ready.json(*shown)["past_due"] == "0"
    then = ("--known-on", "2026-04-30")
    assert ready.json(*arrears, *then)["past_due_amount"] == ready.json(*shown, *then)["past_due"] == "20.33"
