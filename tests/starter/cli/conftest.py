"""A bank's office: two customers in an embedded ledger, and the operator's commands."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from domain.model.facts import Account
from domain.model.strategy import Channel
from ledger import accounts, cases, policies
from ledger.accounts import ContactPoint
from ledger.engine import Ledger, open_ledger
from policies import Policies
from starter import cli
from starter.server import free_port
from tests.plugins.embedded import new_ledger

OPENED_AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
NUMBER = "+886912000111"


class Office:
    """Runs `duecourse …` for an operator; no Temporal server answers."""

    def __init__(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.ledger, self._monkeypatch, self._capsys = ledger, monkeypatch, capsys

    def __call__(self, *words: str, stdin: str | bytes = "") -> SimpleNamespace:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        self._monkeypatch.setattr("sys.argv", ["duecourse", *words])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = self._capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err, lines=out.splitlines())

    def done(self, *words: str, stdin: str | bytes = "") -> list[str]:
        """The lines of a command that went well."""
        told = self(*words, stdin=stdin)
        assert told.code == 0, told.err
        return list(told.lines)

    def refused(self, *words: str, stdin: str | bytes = "") -> str:
        """The one line of a command that was refused."""
        told = self(*words, stdin=stdin)
        assert (told.code, told.out, told.err.count("\n")) == (2, "", 1), (told.code, told.out, told.err)
        return str(told.err)

    def json(self, *words: str) -> Any:
        return json.loads("\n".join(self.done(*words, "--json")))

    def open_cases(self, account_ids: Sequence[str], strategy: str = "card-standard") -> None:
        """Open a case in the ledger only: no run of it listens."""
        chosen = Policies.named(strategy)
        with self.ledger.write() as conn:
            refs = (
                policies.publish_strategy(conn, chosen.strategy, OPENED_AT),
                policies.publish_rules(conn, chosen.rules, OPENED_AT),
            )
            for account_id in account_ids:
                cases.open_case(conn, account_id, *refs, OPENED_AT)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    """Person P-1 owes on A-1 and A-2 and has a mobile number; person P-2 owes on A-3."""
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DUECOURSE_LEDGER_URL", raising=False)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    ledger = open_ledger(new_ledger(tmp_path / "ledger.db"))
    with ledger.write() as conn:
        for account_id, person_id in (("A-1", "P-1"), ("A-2", "P-1"), ("A-3", "P-2")):
            accounts.add_account(conn, Account(account_id=account_id, currency="TWD", zone="Asia/Taipei"), person_id)
        accounts.add_contact_point(conn, ContactPoint("P-1-mobile", "P-1", Channel.SMS, NUMBER))
        accounts.add_contact_point(conn, ContactPoint("P-1-mail", "P-1", Channel.EMAIL, "anna@bank.example"))
    return Office(ledger, monkeypatch, capsys)
