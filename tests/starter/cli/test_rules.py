"""`duecourse rules …`: the packs in words, and their linting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.model.errors import InputError
from policies import load_pack, pack_names
from starter.cli.rules import lint, list_command, show

OWN = """schema_version: 1
pack: {id: own, version: 1, title: Our own, extends: [cn], valid_from: 2026-01-01}
sources:
  board: {instrument: Policy of the board, citation: section 1, status: design, force: bank_policy}
windows:
  - {id: day, open: "09:00", close: "18:00", source: board}
examples: [OWN-1]
"""
EXAMPLE = """- id: OWN-1
  pack: own
  tz: [Asia/Shanghai]
  ask: {at: "2026-03-03T08:30", channel: sms}
  expect: deny
  next: "2026-03-03T09:00"
"""


@pytest.fixture
def own(tmp_path: Path) -> list[Path]:
    files = [tmp_path / "pack.yaml", tmp_path / "examples.yaml"]
    files[0].write_text(OWN, encoding="utf-8")
    files[1].write_text(EXAMPLE, encoding="utf-8")
    return files


def test_all_packs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    list_command()
    version = load_pack("us.ma_940cmr7").pack.version
    assert f"us.ma_940cmr7 v{version}: Massachusetts, 940 CMR 7.00" in capsys.readouterr().out
    list_command(as_json=True)
    listed = json.loads(capsys.readouterr().out)
    assert [pack["id"] for pack in listed] == list(pack_names())
    assert next(pack for pack in listed if pack["id"] == "eu")["actors"] == ["purchaser"]


@pytest.mark.parametrize("name", pack_names())
def test_every_rule_is_shown_with_its_source_force_and_status(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    show(name)
    out = capsys.readouterr().out
    for _, _, rule in load_pack(name).rules():
        source = load_pack(name).sources[rule.source]
        assert f"{name}.{rule.id}" in out
        assert f"{source} [force {source.force}, status {source.status}]" in out
    show(name, as_json=True)
    assert json.loads(capsys.readouterr().out)["pack"]["id"] == name


def test_an_unknown_pack_is_refused() -> None:
    with pytest.raises(InputError, match="no rule pack 'atlantis': there are au, base"):
        show("atlantis")


def test_a_pack_of_the_users_own_is_shown_from_its_file(own: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    show(str(own[0]))
    assert "own.day" in capsys.readouterr().out


def test_our_own_packs_and_examples_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint() == 0, capsys.readouterr().err
    assert "10 packs and" in capsys.readouterr().out


def test_a_users_pack_is_linted_with_its_examples(own: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(own) == 0, capsys.readouterr().err
    assert capsys.readouterr().out == "1 packs and 1 worked examples hold\n"


def test_a_pack_may_name_examples_of_ours(own: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    own[0].write_text(OWN.replace("OWN-1", "CN-08, UK-01"), encoding="utf-8")
    assert lint(own[:1]) == 0, capsys.readouterr().err
    assert "1 packs and 2 worked examples hold" in capsys.readouterr().out


def test_an_example_that_fails_or_is_missing_ends_with_1(own: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    own[1].write_text(EXAMPLE.replace("T08:30", "T10:30"), encoding="utf-8")
    assert lint(own) == 1
    assert capsys.readouterr().err == "duecourse: OWN-1: expected deny, got allow\n"
    assert lint(own[:1]) == 1
    assert capsys.readouterr().err == 'duecourse: own: no worked example "OWN-1"\n'


def test_a_pack_without_examples_is_named(own: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    own[0].write_text(OWN.replace("examples: [OWN-1]\n", ""), encoding="utf-8")
    assert lint(own[:1]) == 0
    assert "own: no worked example proves it" in capsys.readouterr().out


def test_a_pack_that_ended_is_named(own: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    own[0].write_text(OWN.replace("2026-01-01}", "2026-01-01, valid_to: 2026-06-30}"), encoding="utf-8")
    assert lint(own) == 0
    assert "the rule pack own held until 2026-06-30: nothing is allowed under it on " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (0, "source: board}", "source: bord}", 'pack.yaml:6:54: no source "bord"'),
        (0, "extends: [cn]", "extends: [cn", "pack.yaml:2:81: not readable as YAML"),
        (1, "expect: deny", "expect: no", 'examples.yaml:5:11: expect: "no" is none of'),
    ],
)
def test_a_broken_file_is_told_by_line_and_column_and_ends_with_2(own, capsys, file, old, new, told) -> None:
    own[file].write_text((OWN, EXAMPLE)[file].replace(old, new), encoding="utf-8")
    assert lint(own) == 2
    assert told in capsys.readouterr().err


def test_a_file_that_is_not_there_ends_with_2(own: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert lint([own[0].with_name("none.yaml")]) == 2
    assert "none.yaml cannot be read" in capsys.readouterr().err
