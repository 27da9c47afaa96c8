"""`duecourse gate explain`: whether a real contact is allowed, by which rules, and until when it is not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import policies as policies_of_package
from domain.model.case import Case, Closure, Stage
from domain.model.case import Outcome as Ending
from domain.model.contact import Actor, Direction, FactKind, Outcome, Party, PastContact, PastFact, Place, Purpose
from domain.model.facts import Account
from domain.model.rules import Rules
from domain.model.strategy import Channel
from ledger import accounts, cases, contacts, person_facts, persons, policies
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from ledger.person_facts import PersonFact
from ledger.persons import Person
from policies import Policies
from policies.packs import load_rules
from starter.explaining import Question, explain
from tests.starter.cli.conftest import NUMBER, OPENED_AT, Office

MORNING, NIGHT = "2026-03-03T10:00", "2026-03-03T22:30"
SAID_AT = datetime(2026, 3, 1, tzinfo=UTC)
ELECTRONIC = ("base.identity", "base.how_to_pay", "base.opt_out")
"""What a first text message must say."""


def explained(office: Office, *words: str, account: str = "A-1", code: int = 0, at: str = MORNING) -> dict[str, object]:
    told = office("gate", "explain", account, "--at", at, *words, "--json")
    assert (told.code, told.err) == (code, "")
    answer = json.loads(told.out)
    assert answer["allowed"] is (code == 0)
    return dict(answer)


def tell(office: Office, kind: FactKind, at: datetime = SAID_AT, **more: object) -> None:
    with office.ledger.write() as conn:
        fact = PastFact(at=at, kind=kind, **more)  # type: ignore[arg-type]  # by name
        person_facts.add(conn, PersonFact(f"f-{kind}", "P-1", fact, at))


def refused_by(answer: dict[str, object]) -> list[str]:
    assert isinstance(answer["refused_by"], list)
    return [refusal["rule"] for refusal in answer["refused_by"]]


def test_what_is_allowed_is_told_with_the_rules_and_what_was_on_record(office: Office) -> None:
    office.open_cases(["A-1"])
    lines = office.done("gate", "explain", "A-1", "--channel", "sms", "--at", MORNING)
    assert lines == [
        "creditor to debtor by sms, 2026-03-03 at 10:00 Asia/Taipei: allowed",
        *(f"  must keep to: {rule}" for rule in ELECTRONIC),
        f"Rules: cn v{load_rules('cn').version} (base, cn)",
        "On record: 0 contacts, 0 facts about the person; zones: Asia/Taipei",
    ]
    assert explained(office, "--channel", "sms") == {
        "allowed": True,
        "next": None,
        "next_at": None,
        "refused_by": [],
        "conditions": list(ELECTRONIC),
        "rules": f"cn v{load_rules('cn').version}",
        "zones": ["Asia/Taipei"],
        "asked": {
            "account": "A-1",
            "at": "2026-03-03T02:00:00+00:00",
            "channel": "sms",
            "party": "debtor",
            "actor": "creditor",
            "collector": "bank",
        },
    }


def test_what_a_contact_must_keep_to_is_told_by_channel(office: Office) -> None:
    office.open_cases(["A-1"])
    lines = office.done("gate", "explain", "A-1", "--channel", "call", "--at", MORNING)
    assert lines[1:3] == ["  must keep to: base.identity", "  must keep to: cn.institution"]
    assert explained(office, "--channel", "call")["conditions"] == ["base.identity", "cn.institution"]


def test_what_the_clock_refuses_is_told_with_the_instant_on_the_accounts_wall(office: Office) -> None:
    office.open_cases(["A-1"])
    told = office("gate", "explain", "A-1", "--channel", "sms", "--at", NIGHT)
    assert told.code == 1
    assert told.lines[:2] == [
        "creditor to debtor by sms, 2026-03-03 at 22:30 Asia/Taipei: not allowed",
        "Allowed again: 2026-03-04 at 08:00 Asia/Taipei",
    ]
    assert told.lines[2].startswith("  cn.day: ")
    assert "China Banking Association" in told.lines[3]
    assert told.lines[3].endswith("allowed again: 2026-03-04 at 08:00 Asia/Taipei")
    answer = explained(office, "--channel", "sms", at=NIGHT, code=1)
    assert (answer["next"], answer["next_at"]) == ("instant", "2026-03-04T00:00:00+00:00")
    assert refused_by(answer) == ["cn.day"]


def test_an_instant_is_told_to_the_fraction_of_a_second_at_which_it_is_allowed(office: Office) -> None:
    office.open_cases(["A-1"])
    until = datetime(2026, 3, 4, 4, 0, 0, 500_000, tzinfo=UTC)
    tell(office, FactKind.HOLD, name="objection", until=until)
    told = office("gate", "explain", "A-1", "--channel", "sms", "--at", MORNING)
    assert told.lines[1] == "Allowed again: 2026-03-04 at 12:00:00.5 Asia/Taipei"
    assert explained(office, "--channel", "sms", at=f"{until:%Y-%m-%dT%H:%M:%S.%fZ}")["allowed"]


def test_what_an_event_would_lift_is_told_so(office: Office) -> None:
    office.open_cases(["A-1"])
    tell(office, FactKind.HOLD, name="cease_communication")
    told = office("gate", "explain", "A-1", "--channel", "sms", "--at", MORNING)
    assert told.code == 1
    assert told.lines[1] == "Allowed again: not before something happens that lifts it"
    assert "On record: 0 contacts, 1 facts about the person; zones: Asia/Taipei" in told.lines
    answer = explained(office, "--channel", "sms", code=1)
    assert (answer["next"], answer["next_at"]) == ("event", None)
    assert refused_by(answer) == ["base.cease_communication"]


def test_what_nothing_lifts_is_told_so(office: Office) -> None:
    office.open_cases(["A-1"])
    told = office("gate", "explain", "A-1", "--channel", "call", "--at", MORNING, "--party", "employer")
    assert told.code == 1
    assert told.lines[:2] == [
        "creditor to employer by call, 2026-03-03 at 10:00 Asia/Taipei: not allowed",
        "Allowed again: never: nothing lifts it",
    ]
    answer = explained(office, "--channel", "call", "--party", "employer", code=1)
    assert (answer["next"], refused_by(answer)) == ("never", ["cn.employer"])


def test_every_rule_that_refuses_is_told_and_the_worst_decides_when(office: Office) -> None:
    office.open_cases(["A-1"])
    tell(office, FactKind.HOLD, name="cease_communication")
    answer = explained(office, "--channel", "sms", at=NIGHT, code=1)
    assert (answer["next"], refused_by(answer)) == ("event", ["base.cease_communication", "cn.day"])


def newer_number() -> ContactPoint:
    """A number that came after the one on which the person opted out."""
    return ContactPoint("P-1-new", "P-1", Channel.SMS, NUMBER, usable_from=date(2026, 3, 2))


# --- by which rules


def pin(office: Office, account_id: str, rules: Rules) -> None:
    """A case of the account that is pinned to these rules."""
    with office.ledger.write() as conn:
        strategy = policies.publish_strategy(conn, Policies.named("card-standard").strategy, OPENED_AT)
        cases.open_case(conn, account_id, strategy, policies.publish_rules(conn, rules, OPENED_AT), OPENED_AT)


def test_a_case_is_asked_by_the_rules_that_it_is_pinned_to(office: Office) -> None:
    pin(office, "A-1", load_rules("uk"))
    tell(office, FactKind.ZONE, name="Europe/London")
    answer = explained(office, "--channel", "sms", at="2026-03-03T05:30", code=1)
    assert (answer["rules"], answer["zones"]) == (f"uk v{load_rules('uk').version}", ["Europe/London"])
    assert (refused_by(answer), answer["next_at"]) == (["uk.day"], "2026-03-03T08:00:00+00:00")


def test_a_pinned_case_keeps_its_rules_whatever_the_package_has_now(office: Office) -> None:
    cn = load_rules("cn")
    (base, now) = cn.packs
    window = now.windows[0].model_copy(update={"open": 12 * 60})
    then = cn.model_copy(update={"version": 1, "packs": (base, now.model_copy(update={"windows": (window,)}))})
    pin(office, "A-1", then)
    answer = explained(office, "--channel", "sms", code=1)
    assert (answer["rules"], answer["next_at"]) == ("cn v1", "2026-03-03T04:00:00+00:00")
    assert explained(office, "--channel", "sms", account="A-2")["rules"] == f"cn v{cn.version}"


def test_of_two_cases_the_newest_is_asked(office: Office) -> None:
    pin(office, "A-1", load_rules("uk"))
    with office.ledger.write() as conn:
        row = cases.get(conn, "A-1/1")
        assert row is not None
        closure = Closure(case_id="A-1/1", outcome=Ending.WITHDRAWN, closed_at=OPENED_AT, days_past_due=1, notices=0)
        closed = Case(
            case_id="A-1/1",
            account=accounts.get_account(conn, "A-1"),
            episode_no=1,
            strategy=row.strategy,
            rules=row.rules,
            as_of=OPENED_AT,
            closure=closure,
            stage=Stage.CLOSED,
        )
        cases.update_from(conn, closed)
    pin(office, "A-1", load_rules("cn"))
    assert explained(office, "--channel", "sms")["rules"] == f"cn v{load_rules('cn').version}"


def test_without_a_case_the_rules_of_the_default_strategy_are_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert explained(office, "--channel", "sms")["rules"] == f"cn v{load_rules('cn').version}"
    standard = Path(policies_of_package.__file__).with_name("strategies") / "card-standard.yaml"
    own = tmp_path / "own.yaml"
    own.write_text(standard.read_text(encoding="utf-8").replace("rules: cn", "rules: hk"), encoding="utf-8")
    monkeypatch.setenv("DUECOURSE_STRATEGY", str(own))
    answer = explained(office, "--channel", "sms", at="2026-03-03T21:30", code=1)
    assert (answer["rules"], refused_by(answer)) == (f"hk v{load_rules('hk').version}", ["hk.day"])


@pytest.mark.parametrize(("actor", "code"), [("agency", 1), ("creditor", 0)])
def test_who_would_make_the_contact_decides_which_rules_bind(office: Office, actor: str, code: int) -> None:
    rules = load_rules("cn")
    (base, cn) = rules.packs
    bound = cn.applies_to.model_copy(update={"actors": (Actor.AGENCY,)})
    window = cn.windows[0].model_copy(update={"open": 12 * 60})
    agency_only = cn.model_copy(update={"applies_to": bound, "windows": (window,)})
    pin(office, "A-1", rules.model_copy(update={"version": 1, "packs": (base, agency_only)}))
    tell(office, FactKind.ZONE, name="Asia/Taipei")
    who = ("--actor", actor) if actor == "creditor" else ("--actor", actor, "--collector", "agency-1")
    assert explained(office, "--channel", "sms", *who, code=code)["asked"]["actor"] == actor  # type: ignore[index]


@pytest.mark.parametrize(("spoke", "code"), [("agency-1", 1), ("agency-2", 0), ("bank", 0)])
def test_an_agency_is_asked_about_by_name_because_each_has_a_count_of_its_own(
    office: Office, spoke: str, code: int
) -> None:
    pin(office, "A-1", load_rules("us.reg_f"))
    tell(office, FactKind.ZONE, name="Asia/Taipei")
    made = PastContact(SAID_AT, Channel.CALL, Outcome.CONVERSATION, actor=Actor.AGENCY, collector=spoke)
    with office.ledger.write() as conn:
        contacts.add(conn, Contact("c-1", "P-1", made, case_id="A-1/1"))
    agency = ("--channel", "call", "--actor", "agency", "--collector", "agency-1")
    answer = explained(office, *agency, code=code)
    assert answer["asked"]["collector"] == "agency-1"  # type: ignore[index]
    assert refused_by(answer) == (["us.reg_f.after_conversation"] if code else [])
    told = office("gate", "explain", "A-1", *agency, "--at", MORNING)
    assert told.lines[0].startswith("agency agency-1 to debtor by call, ")


# --- what the question is


def test_the_address_of_the_person_is_part_of_the_question(office: Office) -> None:
    office.open_cases(["A-1"])
    tell(office, FactKind.OPT_OUT, address="P-1-mobile", channel=Channel.SMS)
    assert refused_by(explained(office, "--channel", "sms", code=1)) == ["base.keyword"]
    assert explained(office, "--channel", "email")["allowed"]
    with office.ledger.write() as conn:
        accounts.add_contact_point(conn, newer_number())
    assert explained(office, "--channel", "sms")["allowed"], "the opt-out was of the old number"


@pytest.mark.parametrize(("place", "code"), [(Place.WORKPLACE, 1), (Place.HOME, 0)])
def test_the_place_where_the_person_is_reached_is_part_of_the_question(office: Office, place: Place, code: int) -> None:
    pin(office, "A-1", load_rules("au"))
    tell(office, FactKind.ZONE, name="Asia/Taipei")
    with office.ledger.write() as conn:
        accounts.add_contact_point(conn, ContactPoint("P-1-desk", "P-1", Channel.CALL, NUMBER, place=place))
    answer = explained(office, "--channel", "call", at="2026-03-03T08:30", code=code)
    assert refused_by(answer) == (["au.workplace"] if place is Place.WORKPLACE else [])


def test_another_party_is_not_asked_about_at_the_debtors_address(office: Office) -> None:
    office.open_cases(["A-1"])
    tell(office, FactKind.OPT_OUT, address="P-1-mobile", channel=Channel.SMS)
    with office.ledger.write() as conn:
        accounts.add_contact_point(conn, newer_number())
    answer = explained(office, "--channel", "sms", "--party", "guarantor", code=1)
    assert refused_by(answer) == ["base.keyword"], "an unknown address counts as every one of the channel"


def test_what_the_contact_is_for_is_part_of_the_question(office: Office) -> None:
    office.open_cases(["A-1"])
    tell(office, FactKind.HOLD, name="objection")
    at = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    with office.ledger.read() as conn:
        allowed = {
            purpose: explain(conn, Question("A-1", Channel.SMS, at, purpose=purpose), load_rules("cn")).verdict.allowed
            for purpose in (Purpose.COLLECT, Purpose.LEGAL_NOTICE)
        }
    assert allowed == {Purpose.COLLECT: False, Purpose.LEGAL_NOTICE: True}


def test_what_the_person_was_told_on_another_account_counts(office: Office) -> None:
    office.open_cases(["A-1", "A-2"])
    with office.ledger.write() as conn:
        for number in range(3):
            at = datetime(2026, 3, 3, 0, number, tzinfo=UTC)
            made = PastContact(at, Channel.CALL, Outcome.CONVERSATION, Direction.OUT, debts=("A-2",))
            contacts.add(conn, Contact(f"c-{number}", "P-1", made, case_id="A-2/1"))
    answer = explained(office, "--channel", "call", code=1)
    assert (refused_by(answer), answer["next_at"]) == (["cn.effective_calls"], "2026-03-04T00:00:00+00:00")


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        (MORNING, "2026-03-03T02:00:00+00:00"),
        ("2026-03-03T10:00Z", "2026-03-03T10:00:00+00:00"),
        ("2026-03-03T10:00+01:00", "2026-03-03T09:00:00+00:00"),
    ],
    ids=["the-accounts-wall", "utc", "another-wall"],
)
def test_an_instant_without_a_zone_is_on_the_accounts_wall(office: Office, at: str, asked: str) -> None:
    answer = explained(office, "--channel", "sms", at=at)
    assert datetime.fromisoformat(answer["asked"]["at"]) == datetime.fromisoformat(asked)  # type: ignore[index]


def test_the_wall_is_that_of_the_account_and_not_of_the_machine(office: Office) -> None:
    with office.ledger.write() as conn:
        accounts.add_account(conn, Account(account_id="A-4", currency="EUR", zone="Europe/Berlin"), "P-4")
    answer = explained(office, "--channel", "sms", account="A-4", at="2026-07-03T10:00")
    assert answer["asked"]["at"] == "2026-07-03T08:00:00+00:00"  # type: ignore[index]


def test_what_is_known_at_the_instant_counts_and_not_what_comes_later(office: Office) -> None:
    office.open_cases(["A-1"])
    tell(office, FactKind.HOLD, datetime(2026, 3, 3, 2, 1, tzinfo=UTC), name="cease_communication")
    assert explained(office, "--channel", "sms")["allowed"]
    assert refused_by(explained(office, "--channel", "sms", at="2026-03-03T10:01", code=1)) == [
        "base.cease_communication"
    ]


def test_without_an_instant_it_is_asked_about_now(office: Office) -> None:
    before = datetime.now(UTC)
    answer = json.loads(office("gate", "explain", "A-1", "--channel", "sms", "--json").out)
    assert timedelta() <= datetime.fromisoformat(answer["asked"]["at"]) - before < timedelta(minutes=5)


# --- refused, and kept to itself


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("A-9", "--channel", "sms"), "no account A-9 in the ledger"),
        (("A-1", "--channel", "sms", "--at", "tomorrow"), "is no instant: write 2026-03-03T10:00"),
        (("A-1", "--channel", "sms", "--at", "2026-02-30T10:00"), "is no instant"),
        (("A-1", "--channel", "sms", "--actor", "agency"), "--collector is missing: say which agency"),
        (("A-1", "--channel", "sms", "--actor", "law_firm"), "--collector is missing: say which law firm"),
        (("A-1", "--channel", "sms", "--actor", "agency", "--collector", ""), "--collector is no code"),
        (("A-1", "--channel", "sms", "--collector", "agency-1"), "--collector: the creditor is the bank itself"),
        (("A-1", "--channel", "sms", "--at", "0001-01-01T00:00"), "--at: 0001-01-01 is out of range: write a day from"),
        (("A-1", "--channel", "sms", "--at", "9999-12-31T23:00-08:00"), "--at"),
    ],
    ids=["account", "instant", "day", "agency", "law-firm", "no-code", "bank", "too-early", "too-late"],
)
def test_a_question_about_nothing_is_refused_in_one_line(office: Office, words: tuple[str, ...], told: str) -> None:
    assert told in office.refused("gate", "explain", *words)


def test_nothing_that_is_told_holds_a_name_or_an_address(office: Office) -> None:
    office.open_cases(["A-1"])
    with office.ledger.write() as conn:
        persons.save(conn, Person("P-1", "Anna Example", "zh-CN", Channel.SMS))
    tell(office, FactKind.OPT_OUT, address="P-1-mobile", channel=Channel.SMS)
    for channel in ("sms", "email", "call"):
        for party in (Party.DEBTOR, Party.EMPLOYER):
            for more in ((), ("--json",)):
                told = office("gate", "explain", "A-1", "--channel", channel, "--party", party, "--at", NIGHT, *more)
                assert told.code == 1
                assert not any(secret in told.out + told.err for secret in (NUMBER, "anna", "Anna", "Example"))
