"""A strategy without words is refused by every command that would open cases with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ledger import cases
from policies.texts.templates import package_folder
from tests.starter.cli.conftest import Office

OWN = """name: own
version: 1
title: Our own
rules: cn
send_at: "10:00"
days_between: 6
most_attempts: 4
ladder:
  - {id: first, notice: our-own, channels: [email, sms], due: {rule: days_past_due, days: 9}}
"""


@pytest.fixture
def own(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A strategy of the bank's own, chosen in the settings, whose notice has no text."""
    file = tmp_path / "own.yaml"
    file.write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("DUECOURSE_STRATEGY", str(file))
    return file


@pytest.mark.parametrize("words", [("case", "start", "A-1"), ("demo",), ("dev",)])
def test_a_strategy_whose_notice_has_no_text_opens_no_case(office: Office, own: Path, words: tuple[str, ...]) -> None:
    before = sorted(own.parent.iterdir())
    line = office.refused(*words)
    assert "strategy own: no text for the notice our-own by email in en: en/our-own.email.txt is missing" in line
    assert "and 3 more" in line
    assert sorted(own.parent.iterdir()) == before
    with office.ledger.read() as conn:
        assert cases.open_row(conn, "A-1") is None


@pytest.mark.parametrize("words", [("case", "start", "A-1"), ("demo",), ("dev",)])
def test_words_that_the_rules_ban_open_no_case(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    folder = Path(shutil.copytree(package_folder(), tmp_path / "wording"))
    text = folder / "en" / "firm-notice.sms.txt"
    text.write_text(
        text.read_text(encoding="utf-8").replace(
            "{% endblock %}", " We will call the police: the police will come.{% endblock %}"
        )
    )
    monkeypatch.setenv("DUECOURSE_WORDING", str(folder))
    line = office.refused(*words)
    assert "en/firm-notice.sms.txt:" in line
    assert line.endswith(f"`duecourse wording lint --strategy card-standard --wording {folder}`\n")
    with office.ledger.read() as conn:
        assert cases.open_row(conn, "A-1") is None


def test_the_strategy_that_a_case_is_given_is_the_one_that_is_looked_at(
    office: Office, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DUECOURSE_STRATEGY")
    line = office.refused("case", "start", "A-1", "--strategy", str(own))
    assert "no text for the notice our-own" in line
