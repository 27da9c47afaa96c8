"""The strategy of new cases: by name, or from a file of the bank's own."""

from datetime import date
from pathlib import Path

import pytest

from domain.model.errors import InputError
from domain.model.rules import Rules
from policies import Policies, load_rules, load_stack, load_strategy
from policies import load as loading
from policies.rules_of import rules_of
from policies.stacks import usable
from starter import cli

STRATEGY = """name: own
version: 3
title: Our own
rules: cn
send_at: "10:00"
days_between: 6
most_attempts: 4
ladder:
  - {id: first, notice: first, channels: [file], due: {rule: days_past_due, days: 9}}
"""
PACK = """schema_version: 1
pack: {id: own, version: 1, title: Our own, extends: [BASE], valid_from: 2026-01-01, valid_to: 2026-06-30}
sources:
  board: {instrument: Policy of the board, citation: section 1, status: design, force: bank_policy}
windows:
  - {id: day, open: "09:00", close: "18:00", source: board}
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A folder with a strategy of the bank's own, and beside it its own rules, in two packs."""
    (tmp_path / "card.yaml").write_text(STRATEGY.replace("rules: cn", "rules: own.cards"), encoding="utf-8")
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "a.yaml").write_text(PACK.replace("id: own", "id: own.cards").replace("BASE", "own"), encoding="utf-8")
    (rules / "b.yml").write_text(PACK.replace("BASE", "cn"), encoding="utf-8")
    (rules / "examples.yaml").write_text("- id: E-1\n", encoding="utf-8")
    (rules / "README.md").write_text("about", encoding="utf-8")
    return tmp_path


def test_a_strategy_comes_by_name_or_from_a_file_of_the_bank(tmp_path: Path) -> None:
    named = Policies.named("card-standard")
    assert (named.strategy, named.rules.name) == (load_strategy("card-standard"), "cn")
    own = tmp_path / "own.yaml"
    own.write_text(STRATEGY, encoding="utf-8")
    found = Policies.named(str(own))
    assert (found.strategy.name, found.rules) == ("own", named.rules)


def test_a_strategy_of_the_bank_finds_its_own_rule_packs_beside_it(bank: Path) -> None:
    found = Policies.named(str(bank / "card.yaml"))
    assert [pack.id for pack in found.rules.packs] == ["base", "cn", "own", "own.cards"]
    assert (found.rules.name, found.rules.allocation) == ("own.cards", load_rules("cn").allocation)
    assert Policies.named(str(bank / "card.yaml"), date(2026, 6, 30)).rules == found.rules
    with pytest.raises(InputError, match="the rule pack own held until 2026-06-30"):
        Policies.named(str(bank / "card.yaml"), date(2026, 7, 1))


def test_a_strategy_must_fit_the_hours_of_its_own_rules(bank: Path) -> None:
    card = bank / "card.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("10:00", "18:30"), encoding="utf-8")
    with pytest.raises(InputError, match=r"card\.yaml:5:10: .* hours of contact of own\.cards \(09:00 to 18:00\)"):
        Policies.named(str(card))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: own,", "id: cn,", 'b.yml: "cn" is a rule pack of ours: give yours an id of its own, and extend ours'),
        ("id: own,", "id: own.cards,", 'b.yml: the id "own.cards" is taken by RULES/a.yaml: give each pack its own'),
        ("close", "closes", 'b.yml:6:30: unknown key "closes": did you mean "close"?'),
        ("id: own,", "id: [", "b.yml:2:101: not readable as YAML"),
        ("id: own,", "id: own.other,", 'a.yaml:2:61: no rule pack "own": there are au, base, cn'),
    ],
)
def test_broken_rules_beside_a_strategy_are_refused_where_they_are_wrong(bank: Path, old, new, told) -> None:
    pack = bank / "rules" / "b.yml"
    pack.write_text(pack.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        Policies.named(str(bank / "card.yaml"))
    assert f"{bank}/rules/{told.replace('RULES', f'{bank}/rules')}" in str(refused.value)


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

    monkeypatch.setattr(loading, "load_rules", load_ended)


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
