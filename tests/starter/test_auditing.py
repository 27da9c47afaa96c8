"""The audit of a ledger finds what was planted in it, by name, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from domain.model.contact import Actor, Direction, FactKind, Outcome, Purpose
from domain.model.strategy import Channel
from ledger import contacts, person_facts
from ledger.contact_tables import contacts as contact_rows
from starter.auditing import Audited, audit_ledger
from tests.activities.sending import once_in_seven_days
from tests.activities.world import DECIDED_AT
from tests.starter.planting import PLANTED
from tests.starter.portfolio import BEFORE, BERLIN, CALL, TAIPEI, Portfolio, found, own_rules

HOUR = timedelta(hours=1)


def test_twelve_planted_breaches_are_each_found_by_name_and_nothing_else_is(book: Portfolio) -> None:
    planted = [plant(book) for plant in PLANTED]
    audited = book.audit()
    assert found(audited) == sorted(planted)
    assert len({rule for _, rule in planted}) == len(PLANTED) == 12
    assert audited.tampered == ()
    assert not audited.is_clean
    with book.ledger.read() as conn:
        ours = conn.scalar(select(func.count()).where(contact_rows.c.direction == Direction.OUT))
    assert audited.contacts == ours


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_breach_is_told_with_its_instant_its_source_and_why(book: Portfolio, plant) -> None:
    contact_id, rule = plant(book)
    (breach,) = book.audit().breaches
    with book.ledger.read() as conn:
        contact = contacts.get(conn, contact_id)
    assert contact is not None
    assert (breach.reference, breach.rule, breach.at) == (contact_id, rule, contact.made.at)
    assert breach.source
    assert breach.why
    assert "Canary" not in str(breach)


def test_a_ledger_without_contacts_is_clean(book: Portfolio) -> None:
    assert book.audit() == Audited(0, (), 0, ())
    book.person("quiet")
    assert book.audit() == Audited(0, (), 1, ())


def test_a_clean_ledger_has_no_breaches(book: Portfolio) -> None:
    book.person("clean")
    for day in (1, 2, 3):
        book.reach("clean", f"2026-03-0{day}T10:00", **CALL)
    audited = book.audit()
    assert (audited.contacts, audited.breaches, audited.is_clean) == (3, (), True)
    assert audited.headline == "3 contacts, 0 breaches; 1 audit chains, 0 rows not as they were written"


def test_how_far_the_audit_is_can_be_followed(book: Portfolio) -> None:
    for name in ("one", "two"):
        book.person(name)
        book.reach(name)
    told: list[int] = []
    audit_ledger(book.ledger, went_through=told.append)
    assert told == [1, 1]


# --- which contacts are judged, and by what


@pytest.mark.parametrize(
    "not_made",
    [
        {"outcome": Outcome.PENDING},
        {"outcome": Outcome.PENDING, "cancelled_at": DECIDED_AT},
        {"direction": Direction.IN},
    ],
    ids=["pending", "cancelled", "inbound"],
)
def test_a_contact_that_we_did_not_make_breaks_nothing(book: Portfolio, not_made: dict[str, object]) -> None:
    book.person("night")
    book.reach("night", "2026-03-03T21:59")
    book.reach("night", "2026-03-03T23:00", **not_made)
    audited = book.audit()
    assert (audited.contacts, audited.breaches) == (1, ())


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_was_cancelled_fills_no_cap_of_those_after_it(book: Portfolio, cancelled: bool) -> None:
    book.person("cap", own_rules("xx.cap", caps=[once_in_seven_days()]))
    book.reach("cap", "2026-03-03T09:00", **{"cancelled_at": BEFORE} if cancelled else {})
    second = book.reach("cap")
    assert found(book.audit()) == ([] if cancelled else [(second, "xx.test.week")])


def test_of_two_contacts_that_are_alike_the_second_is_the_one_too_many(book: Portfolio) -> None:
    book.person("twice", own_rules("xx.cap", caps=[once_in_seven_days()]))
    for contact_id in ("a", "b"):
        book.reach("twice", contact_id=contact_id)
    assert found(book.audit()) == [("b", "xx.test.week")]


@pytest.mark.parametrize(("later", "count", "breaches"), [(0, 2, 1), (1, 1, 0)], ids=["included", "after"])
def test_only_contacts_from_the_instant_on_are_judged_but_all_count(
    book: Portfolio, later: int, count: int, breaches: int
) -> None:
    book.person("late")
    book.reach("late", "2026-03-03T23:00")
    book.reach("late", "2026-03-04T10:00")
    audited = book.audit(book.at("late", "2026-03-03T23:00") + timedelta(seconds=later))
    assert (audited.contacts, len(audited.breaches)) == (count, breaches)


def test_contacts_before_the_instant_fill_the_caps_of_those_after_it(book: Portfolio) -> None:
    book.person("cap", own_rules("xx.cap", caps=[once_in_seven_days()]))
    book.reach("cap", "2026-03-03T09:00")
    second = book.reach("cap", "2026-03-05T09:00")
    assert found(book.audit(book.at("cap", "2026-03-05T00:00"))) == [(second, "xx.test.week")]


@pytest.mark.parametrize(("known", "is_a_breach"), [("2026-03-03T10:00", True), ("2026-03-03T10:01", False)])
def test_a_fact_counts_for_a_contact_only_when_it_was_known_then(
    book: Portfolio, known: str, is_a_breach: bool
) -> None:
    book.person("told")
    book.tell("told", FactKind.HOLD, known=known, name="cease_communication")
    contact_id = book.reach("told")
    assert found(book.audit()) == ([(contact_id, "base.cease_communication")] if is_a_breach else [])


@pytest.mark.parametrize(("withdrawn", "is_a_breach"), [("2026-03-03T10:01", True), ("2026-03-03T10:00", False)])
def test_a_fact_that_was_withdrawn_counts_for_the_contacts_before(
    book: Portfolio, withdrawn: str, is_a_breach: bool
) -> None:
    book.person("told")
    fact_id = book.tell("told", FactKind.HOLD, name="cease_communication")
    with book.ledger.write() as conn:
        person_facts.withdraw(conn, fact_id, book.at("told", withdrawn), "op-1", "wrong")
    contact_id = book.reach("told")
    assert found(book.audit()) == ([(contact_id, "base.cease_communication")] if is_a_breach else [])


@pytest.mark.parametrize(("purpose", "is_a_breach"), [(Purpose.COLLECT, True), (Purpose.LEGAL_NOTICE, False)], ids=str)
def test_the_purpose_of_a_contact_is_part_of_what_is_judged(
    book: Portfolio, purpose: Purpose, is_a_breach: bool
) -> None:
    book.person("plan")
    book.tell("plan", FactKind.HOLD, name="objection")
    contact_id = book.reach("plan", purpose=purpose)
    assert found(book.audit()) == ([(contact_id, "cn.objection")] if is_a_breach else [])


def test_a_number_that_is_none_leaves_the_zone_open(book: Portfolio) -> None:
    book.person("unreadable", point_zone=TAIPEI)
    book.point("unreadable", Channel.CALL, "Ms-Canary")
    contact_id = book.reach("unreadable")
    assert found(book.audit()) == [(contact_id, "gate.zone_evidence")]


def test_a_number_of_no_area_is_evidence_of_no_zone(book: Portfolio) -> None:
    book.person("free", "hk")
    book.point("free", Channel.CALL, "+80012345678")
    contact_id = book.reach("free")
    assert found(book.audit()) == [(contact_id, "gate.zone_evidence")]


def test_the_notice_that_must_come_first_may_be_the_contact_itself(book: Portfolio) -> None:
    book.person("sold", "eu", BERLIN, point_zone=BERLIN)
    book.reach("sold", actor=Actor.PURCHASER, permitted=True, notice="transfer_communication")
    assert book.audit().breaches == ()


def test_a_number_is_evidence_of_all_zones_of_its_area(book: Portfolio) -> None:
    book.person("abroad")
    book.point("abroad", Channel.CALL, "+12125550123")
    book.reach("abroad", "2026-03-03T10:59")
    contact_id = book.reach("abroad", "2026-03-03T11:00")
    assert found(book.audit()) == [(contact_id, "cn.day")], "22:00 in New York"


# --- what it costs


def test_a_person_costs_a_few_statements_however_often_they_were_reached(book: Portfolio) -> None:
    book.person("often")
    for day in range(1, 10):
        book.reach("often", f"2026-03-0{day}T10:00")
        book.reach("often", f"2026-03-0{day}T12:00", **CALL)
    seen: list[str] = []

    def see(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(book.ledger.engine, "before_cursor_execute", see)
    assert book.audit().contacts == 18
    assert len([statement for statement in seen if statement.startswith("SELECT")]) <= 20
