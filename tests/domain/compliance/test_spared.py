"""From whom a hold of the rules keeps the bank from taking money: nearly every one, and every unknown one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.compliance.spared import spared_by
from domain.model.contact import CLOCKS_APART, FactKind, Party, PastFact, Record
from policies import load_rules

AT = datetime(2026, 6, 15, 2, tzinfo=UTC)
TOLD = AT - timedelta(days=1)


def held(name: str, **more: object) -> PastFact:
    return PastFact(at=TOLD, kind=FactKind.HOLD, name=name, **more)


def barred(rules: str, *facts: PastFact, at: datetime = AT) -> tuple[str, ...]:
    return spared_by("a1", Record(zones=("Asia/Taipei",), facts=facts), load_rules(rules).packs, at)


@pytest.mark.parametrize(
    ("rules", "name"),
    [
        ("cn", "deceased"),
        ("cn", "incapacity"),
        ("cn", "bankruptcy"),
        ("cn", "dispute"),
        ("cn", "objection"),
        ("cn", "identity_theft"),
        ("cn", "complaint_open"),
        ("cn", "vulnerability_review"),
        ("cn", "cease_communication"),
        ("hk", "bankruptcy"),
        ("in", "bereavement"),
        ("uk", "breathing_space"),
        ("uk", "mental_health_moratorium"),
    ],
)
def test_what_closes_collection_closes_the_debit_though_a_service_notice_may_leave(rules, name) -> None:
    assert [each.rpartition(".")[2] for each in barred(rules, held(name))][-1:] == [name]


@pytest.mark.parametrize("name", ["plan_in_force", "no_calls", "letters_only", "more_time"])
def test_the_hold_of_the_plan_itself_and_those_about_the_way_of_contact_leave_it_open(name) -> None:
    assert barred("cn", held(name)) == ()


def test_a_hold_that_nobody_knows_closes_it() -> None:
    assert barred("cn", held("novel")) == ("gate.unknown_hold",)


def test_without_a_hold_or_after_its_end_or_on_another_debt_it_is_open() -> None:
    over = PastFact(at=TOLD + timedelta(hours=1), kind=FactKind.EVENT, name="death_refuted")
    assert barred("cn") == ()
    assert barred("cn", held("deceased"), over) == ()
    assert barred("cn", held("dispute", debts=("a2",))) == ()
    assert barred("cn", held("deceased", party=Party.GUARANTOR)) == ()


def test_what_a_clock_ahead_has_stored_already_counts() -> None:
    assert barred("cn", PastFact(at=AT + CLOCKS_APART / 2, kind=FactKind.HOLD, name="deceased")) != ()
    assert barred("cn", PastFact(at=AT + 2 * CLOCKS_APART, kind=FactKind.HOLD, name="deceased")) == ()
