"""`duecourse person offers`: all overdue accounts of a person, offered together what is affordable together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from domain.calendar import local_day
from domain.model.contact import FactKind, PastFact
from domain.model.disputes import OpenDispute
from domain.model.entries import KeepDispute
from domain.model.events import Answer, HoldReason
from domain.model.money import Money
from ledger import entries, keeping, obligations, person_facts, requests, tables, watermarks
from ledger.entries import Entry, EntryKind
from ledger.keeping import Kept
from ledger.person_facts import PersonFact
from tests.ledger.plan_of_six import agreed
from tests.starter.cli.conftest import OPENED_AT, Office
from tests.starter.cli.test_ability import owing as owing
from tests.starter.cli.test_plan_offers import assess


def twd(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="TWD")


def fall_due(office: Office, account_id: str, amount: int, currency: str = "TWD") -> None:
    with office.ledger.write() as conn:
        due_on, money = date(2026, 1, 20), Money(amount=Decimal(amount), currency=currency)
        obligations.add(conn, account_id, due_on, money, statement_on=None, recorded_at=OPENED_AT)


@pytest.fixture
def late(owing: Office, tmp_path: Path) -> Office:
    """P-1 owes 30,000 on A-1 and 10,000 on A-2, a tenth of it past due; 4,000 can be paid in a month."""
    fall_due(owing, "A-1", 3_000)
    fall_due(owing, "A-2", 1_000)
    owing.open_cases(["A-1", "A-2"])
    assess(owing, tmp_path, 5_000)
    return owing


def planned(office: Office, account_id: str, amount: int) -> None:
    """A plan of six instalments runs on the account, for so much in all."""
    case_id = f"{account_id}/1"
    with office.ledger.write() as conn:
        keeping.keep(conn, agreed(twd(amount), OPENED_AT), Kept(case_id, account_id, "P-1", OPENED_AT))
        requests.store(conn, case_id, 0, [Answer(id="plan-1", accepted=True, text="")], OPENED_AT)


def reasons(office: Office) -> dict[str, str | None]:
    return {each["account"]: each["why_not"] for each in office.json("person", "offers", "P-1")["accounts"]}


def test_each_account_has_its_share_and_the_best_offers_together_are_affordable(late: Office) -> None:
    found = late.json("person", "offers", "P-1")
    told = [(each["account"], each["balance"], each["past_due"], each["share"]) for each in found["accounts"]]
    assert told == [("A-1", "30000.00", "3000.00", "3000.00"), ("A-2", "10000.00", "1000.00", "1000.00")]
    assert [each["offers"][0]["monthly"]["amount"] for each in found["accounts"]] == ["3000.00", "1000.00"]
    assert (found["affordable"], found["spoken_for"], found["monthly"]) == ("4000.00", "0.00", "4000.00")
    for each in found["accounts"]:
        assert each["offers"] == late.json("plan", "offers", each["account"])["offers"], "what it is offered alone"
    lines = late.done("person", "offers", "A-2")
    assert lines[0] == (
        "A-1: owed 30,000.00 TWD, of which 3,000.00 TWD past due; its share 3,000.00 TWD a month; "
        "strategy card-standard v7"
    )
    assert lines[1].startswith("offer ")
    assert lines[5].startswith("  and ")
    assert lines[5].endswith(" more: `plan offers A-1`")
    assert lines[-2] == "the best offers together: 4,000.00 TWD a month"
    assert lines[-1].startswith("affordable: 4,000.00 TWD a month (ability report ability-")


def test_a_plan_that_runs_is_spoken_for_and_the_other_account_gets_the_rest_alone_and_together(late: Office) -> None:
    planned(late, "A-2", 12_000)
    found = late.json("person", "offers", "P-1")
    first, second = found["accounts"]
    assert (second["why_not"], second["share"]) == ("the plan plan-1 runs and takes 2,000.00 TWD a month", "2000.00")
    assert (first["share"], first["offers"][0]["entry"]) == ("2000.00", "plan-reduced")
    assert Decimal(found["monthly"]) + Decimal(found["spoken_for"]) <= Decimal(found["affordable"])
    alone = late.json("plan", "offers", "A-1")
    assert (alone["affordable"], alone["offers"]) == ("2000.00", first["offers"])
    assert "plans that run: 2,000.00 TWD a month" in late.done("person", "offers", "P-1")


def test_plans_that_take_more_than_there_is_leave_nothing_to_offer(late: Office) -> None:
    planned(late, "A-2", 60_000)
    assert reasons(late)["A-1"] == "the plans that run take all that can be paid in a month: a person must look"
    told = late.done("person", "offers", "P-1")
    assert "the best offers together: 0.00 TWD a month" in told
    assert told[-1] == "the plans that run take more than can be paid: look at them before anything new is agreed"
    assert late.json("plan", "offers", "A-1")["none"] == "nothing_fits"


def test_an_account_in_another_currency_needs_a_person(late: Office) -> None:
    fall_due(late, "A-9", 100, "USD")
    with late.ledger.write() as conn:
        day = OPENED_AT.date()
        entries.append(conn, Entry("A-9", "open-A-9", EntryKind.OPENING, day, OPENED_AT, principal_minor=50_000))
    (account,) = [each for each in late.json("person", "offers", "P-1")["accounts"] if each["account"] == "A-9"]
    assert (account["currency"], account["share"]) == ("USD", None)
    assert account["why_not"] == "it is in USD and the ability report in TWD: a person must look"


def test_what_is_disputed_held_or_not_past_due_is_listed_with_the_reason(late: Office) -> None:
    with late.ledger.write() as conn:
        days = {"told_at": OPENED_AT, "since": OPENED_AT.date(), "resolve_by": date(2026, 2, 5)}
        dispute = OpenDispute(id="c-1", contact_id="c-1", reports=("d-1",), **days)
        opened = KeepDispute(dispute=dispute, step="opened", awaits=True)
        keeping.keep(conn, [opened], Kept("A-1/1", "A-1", "P-1", OPENED_AT))
        held = {"case_id": "A-2/1", "hold_id": "h-1", "reason": HoldReason.OPERATOR, "starts_on": OPENED_AT.date()}
        conn.execute(tables.holds.insert().values(**held, obligations_due_on="[]", set_at=OPENED_AT))
    told = reasons(late)
    assert told["A-1"] == "c-1 is disputed: resolve the dispute first"
    assert told["A-2"] == (
        "the hold h-1 lies on the case from 2026-01-05 until it is released: no notice leaves: look at it first"
    )
    with late.ledger.write() as conn:
        conn.execute(update(tables.holds).values(reason=HoldReason.LEFT_OUT))
    assert reasons(late)["A-2"] is None, "only a part is left out"


def test_nobody_is_offered_anything_while_a_hold_of_the_rules_lies_on_the_person(late: Office) -> None:
    with late.ledger.write() as conn:
        told = PastFact(at=OPENED_AT, kind=FactKind.HOLD, name="deceased")
        person_facts.add(conn, PersonFact("f-1", "P-1", told, OPENED_AT))
    assert set(reasons(late).values()) == {"the hold base.deceased lies on the customer: look at it first"}


def test_a_case_of_an_account_that_is_past_due_no_more_says_so(late: Office) -> None:
    late.open_cases(["A-9"])
    assert reasons(late)["A-9"] == "it is in USD and the ability report in TWD: a person must look"
    with late.ledger.write() as conn:
        paid = Entry("A-2", "paid", EntryKind.PAYMENT, OPENED_AT.date(), OPENED_AT, principal_minor=-1_000_000)
        entries.append(conn, paid)
    assert reasons(late)["A-2"] == "nothing is past due on it: there is nothing to negotiate"


def test_old_data_offers_nothing(late: Office) -> None:
    with late.ledger.write() as conn:
        watermarks.advance(conn, watermarks.LEDGER_FEED, datetime.now(UTC) - timedelta(days=3), datetime.now(UTC))
    assert set(reasons(late).values()) == {"the bank's data is too old to agree on anything: wait for the feed"}


def test_on_a_later_day_the_offers_count_from_it(late: Office) -> None:
    today = local_day(datetime.now(UTC), "Asia/Taipei")
    for ahead in (0, 10, 366):
        found = late.json("person", "offers", "P-1", "--on", str(today + timedelta(days=ahead)))
        assert found["on"] == str(today + timedelta(days=ahead))
        first_on = date.fromisoformat(found["accounts"][0]["offers"][0]["first_on"])
        assert first_on == today + timedelta(days=ahead + 10), "the book's days to pay at once"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nobody",), "no account and no person nobody in the ledger"),
        (("P-2",), "it is not known what P-2 can pay: take a statement with `person ability ACCOUNT FILE` first"),
        (("P-1", "--on", "2020-02-30"), "'2020-02-30' does not match the format"),
        (("P-1", "--on", "soon"), "'soon' does not match the format"),
        (("P-1", "--on", "2026-01-05"), "--on: 2026-01-05 is not within a year from today on"),
        (("P-1", "--on", "9998-01-05"), "--on: "),
        ((), "Missing argument 'PERSON_OR_ACCOUNT'"),
        (("P-1", "A-1"), "unexpected extra argument"),
        (("P-1", "--monthly", "5"), "No such option"),
    ],
)
def test_nonsense_is_refused_in_one_line(late: Office, words: tuple[str, ...], why: str) -> None:
    assert why in late.refused("person", "offers", *words)


def test_who_owes_nothing_overdue_is_offered_nothing(office: Office, tmp_path: Path) -> None:
    assess(office, tmp_path, 5_000)
    said = office.refused("person", "offers", "P-1")
    assert "no account of P-1 is past due or has an open case: there is nothing to offer" in said
