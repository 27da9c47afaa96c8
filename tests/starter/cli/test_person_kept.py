"""What a person kept of what they agreed to, by command."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from domain.model.promise import PromiseState
from domain.model.repayment import PlanStatus
from ledger.commitments import Commitments
from starter import people
from starter.cli import person_view
from tests.starter.cli.conftest import Office


def test_what_was_kept_of_what_was_agreed_is_told(office: Office) -> None:
    with office.ledger.read() as conn:
        known = people.view(conn, "P-1", datetime.now(UTC))
    made = Commitments({PromiseState.PARTLY_KEPT: 1, PromiseState.KEPT: 2}, {PlanStatus.COMPLETED: 1})
    lines = person_view.describe(replace(known, commitments=made)).splitlines()
    assert lines[-2:] == ["Promises: 2 kept, 1 partly kept", "Repayment plans: 1 completed"]
    shown = office.json("person", "show", "P-1")
    assert (shown["promises"], shown["plans"]) == ({}, {})
    assert person_view.as_json(replace(known, commitments=made))["promises"] == {"partly_kept": 1, "kept": 2}
