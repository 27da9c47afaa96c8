"""`duecourse gate check`: worked examples put to the gate, and what is said when one does not hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.model.errors import InputError
from starter.cli.gate import check

OURS = Path(__file__).parents[3] / "policies" / "examples" / "contact.yaml"
ONE = """- id: A-1
  pack: cn
  tz: [Asia/Shanghai]
  ask: {at: "2026-03-03T22:00", channel: sms}
  expect: deny
  next: "2026-03-04T08:00"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(ONE, encoding="utf-8")
    return tmp_path / "own.yaml"


def test_every_worked_example_of_the_facts_holds(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = check(shared / "cases" / "contact_examples.yaml", as_json=True)
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert len(json.loads(out)) == 30


def test_every_worked_example_of_our_own_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(OURS) == 0, capsys.readouterr().err
    assert len(json.loads(capsys.readouterr().out)) >= 55, "not a terminal: JSON"


def test_our_own_examples_keep_those_of_the_facts(shared: Path) -> None:
    ids = {line for line in OURS.read_text(encoding="utf-8").splitlines() if line.startswith("- id:")}
    theirs = (shared / "cases" / "contact_examples.yaml").read_text(encoding="utf-8").splitlines()
    assert {line for line in theirs if line.startswith("- id:")} <= ids


def test_an_answer_has_the_decision_what_is_next_the_rules_and_why(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(file, as_json=True) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert set(answer) == {"id", "decision", "next", "rules", "why"}
    assert (answer["id"], answer["decision"], answer["next"]) == ("A-1", "deny", "2026-03-04T08:00")
    assert answer["rules"] == ["cn.day"]
    assert answer["why"]


@pytest.mark.parametrize(
    ("at", "expect", "next_", "written"),
    [
        ("2026-03-03T14:00Z", "deny", "2026-03-04T00:00Z", "2026-03-04T00:00Z"),
        ("2026-03-03T10:00", "allow", None, None),
    ],
)
def test_what_is_next_is_written_as_the_question_was(file, capsys, at, expect, next_, written) -> None:
    text = ONE.replace("2026-03-03T22:00", at).replace("deny", expect)
    text = text.replace('  next: "2026-03-04T08:00"\n', f'  next: "{next_}"\n' if next_ else "")
    file.write_text(text, encoding="utf-8")
    assert check(file, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)[0]["next"] == written


@pytest.mark.parametrize("until", ["12:00:00.5", "12:00:30", "12:00:00.000001", "12:00"])
def test_what_is_next_is_written_to_the_fraction_of_a_second_at_which_it_is_allowed(file, capsys, until) -> None:
    hold = f'  events: [{{at: "2026-03-01T10:00", kind: objection_raised, until: "2026-03-04T{until}"}}]\n  ask'
    file.write_text(ONE.replace("  ask", hold).replace("04T08:00", f"04T{until}"), encoding="utf-8")
    assert check(file, as_json=True) == 0, capsys.readouterr().err
    assert json.loads(capsys.readouterr().out)[0]["next"] == f"2026-03-04T{until}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("deny", "allow", "A-1: expected allow, got deny by cn.day"),
        ("T22:00", "T21:59", "A-1: expected deny, got allow"),
        ("04T08:00", "04T09:00", "A-1: expected next 2026-03-04T09:00, got 2026-03-04T08:00"),
        ('"2026-03-04T08:00"', "event", "A-1: expected next event, got 2026-03-04T08:00"),
    ],
)
def test_an_answer_that_was_not_expected_is_told_and_ends_with_1(file, capsys, old, new, told) -> None:
    file.write_text(ONE.replace(old, new, 1), encoding="utf-8")
    assert check(file, as_json=True) == 1
    out, err = capsys.readouterr()
    assert err == f"duecourse: {told}\n"
    assert len(json.loads(out)) == 1


@pytest.mark.parametrize(
    ("pack", "next_", "line"),
    [
        ("cn", "2026-03-04T08:00", "A-1        deny until 2026-03-04T08:00: cn.day"),
        ("uk", "never", "A-1        deny for good: uk.relative"),
    ],
)
def test_people_get_one_line_for_each_example(file, capsys, monkeypatch, pack, next_, line) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    text = ONE.replace("pack: cn", f"pack: {pack}").replace("2026-03-04T08:00", next_)
    if pack == "uk":
        text = text.replace("channel: sms", "channel: sms, party: relative").replace("T22:00", "T10:00")
    file.write_text(text, encoding="utf-8")
    assert check(file) == 0
    assert capsys.readouterr().out == f"{line}\n"


def test_a_file_that_cannot_be_read_or_packs_that_cannot_stand_together_are_bad_input(file: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        check(file.with_name("none.yaml"))
    file.write_text(ONE.replace("pack: cn", "pack: [cn, uk]"), encoding="utf-8")
    with pytest.raises(InputError, match="cannot stand together"):
        check(file)
