"""The strategy of new cases: by name, or from a file of the bank's own."""

from datetime import date

import pytest

from domain.model.errors import InputError
from domain.model.rules import Rules
from policies import load_stack, load_strategy
from policies.rules_of import rules_of
from policies.stacks import usable
from starter import cases, cli
from starter.cases import Policies


def test_a_strategy_comes_by_name_or_from_a_file_of_the_bank(tmp_path) -> None:
    named = Policies.named("card-standard")
    assert (named.strategy, named.rules.name) == (load_strategy("card-standard"), "cn")
    own = tmp_path / "own.yaml"
    own.write_text(
        """name: own
version: 3
title: Our own
rules: cn
send_at: "10:00"
days_between: 6
most_attempts: 4
ladder:
  - {id: first, notice: first, channels: [file], due: {rule: days_past_due, days: 9}}
""",
        encoding="utf-8",
    )
    assert str(Policies.named(str(own)).strategy.name) == "own"


def test_a_broken_file_is_told_by_file_line_and_column(tmp_path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("name: broken\nversion: none\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.yml:2:10: version"):
        Policies.named(str(broken))


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of China as if they had held until the last day of January 2026."""

    def load_ended(name: str, on: date | None = None) -> Rules:
        *below, top = load_stack((name,))
        header = top.pack.model_copy(update={"valid_to": date(2026, 1, 31)})
        return rules_of(usable((*below, top.model_copy(update={"pack": header})), on))

    monkeypatch.setattr(cases, "load_rules", load_ended)


@pytest.mark.usefixtures("ended")
def test_rules_that_no_longer_hold_open_no_case_and_are_still_read_for_those_that_are_open() -> None:
    assert Policies.named("card-standard").rules.name == "cn"
    assert Policies.named("card-standard", date(2026, 1, 31)).rules.name == "cn"
    with pytest.raises(
        InputError, match="the rule pack cn held until 2026-01-31: nothing is allowed under it on 2026-02-01"
    ):
        Policies.named("card-standard", date(2026, 2, 1))


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize("words", [("demo", "--cases", "1"), ("dev",), ("case", "start", "A-1")], ids=" ".join)
def test_what_opens_cases_does_not_begin_under_rules_that_ended(
    words: tuple[str, ...], tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["duecourse", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    out, err = capsys.readouterr()
    assert (end.value.code, out, err.count("\n")) == (2, "", 1)
    assert "the rule pack cn held until 2026-01-31" in err
    assert list(tmp_path.iterdir()) == []
