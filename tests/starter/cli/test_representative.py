"""`duecourse person representative`: entered by one, checked by another, told nothing before; ended by a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ledger import changes, system_audit, tasks
from ledger.changes import FEED
from ledger.representatives import CHAIN
from tests.starter.cli.conftest import Office

ADD = ("person", "representative", "add", "A-1", "--kind", "attorney", "--party-id", "adv-7", "--evidence", "DOC-1")


def day(days: int) -> str:
    """So many days from now, by the customer's wall."""
    return str((datetime.now(UTC) + timedelta(hours=8, days=days)).date())


def enter(office: Office, *more: str, by: str = "op-1") -> list[str]:
    return office.done(*ADD, "--for", "contact", "--id", "auth-1", "--by", by, *more)


def check(office: Office, by: str = "op-2") -> list[str]:
    return office.done("person", "representative", "check", "auth-1", "--by", by)


def refused_by(office: Office, party: str, account: str = "A-1", at: str = "", party_id: str = "") -> str:
    more = ("--at", at or f"{day(0)}T12:00", *(("--party-id", party_id) if party_id else ()))
    return str(office("gate", "explain", account, "--channel", "letter", "--party", party, *more, "--json").out)


def test_it_is_entered_checked_by_a_second_person_and_ended(office: Office) -> None:
    office.open_cases(["A-1", "A-2"])
    done = enter(office)
    assert done == ["entered: attorney adv-7 (auth-1); nothing is told to them before it is checked"]
    assert "attorney_represented" not in refused_by(office, "debtor")
    assert check(office) == [f"checked: auth-1 counts from {day(0)} on", "2 open cases hear of it from the feed"]
    noon_of_tomorrow = f"{day(1)}T12:00"
    for account in ("A-1", "A-2"):
        assert "base.attorney_represented" in refused_by(office, "debtor", account, noon_of_tomorrow)
    ended = office.done("person", "representative", "end", "auth-1", "--by", "op-1", "--reason", "revoked")
    assert ended == ["ended: auth-1", "2 open cases hear of it from the feed"]
    assert "attorney_represented" not in refused_by(office, "debtor", at=noon_of_tomorrow)
    with office.ledger.read() as conn:
        kinds = [row.kind for row in system_audit.rows(conn, CHAIN)]
    assert kinds == ["representative_asked", "representative_checked", "representative_ended"]


def test_the_gate_says_why_nothing_is_told_and_to_whom_it_is(office: Office) -> None:
    enter(office)
    words = ("gate", "explain", "A-1", "--channel", "letter", "--party", "attorney", "--party-id", "adv-7")
    why = "  base.attorney: nobody has checked that this attorney may speak for the customer, or they may no more"
    assert why in office(*words).lines
    check(office)
    tomorrow = f"{day(1)}T12:00"
    told = {
        who: "base.attorney" in refused_by(office, "attorney", "A-1", tomorrow, who) for who in ("adv-7", "adv-8", "")
    }
    assert told == {"adv-7": False, "adv-8": True, "": True}


def test_every_open_case_is_rung_by_the_check_and_by_the_end(office: Office) -> None:
    office.open_cases(["A-1"])
    for words in (("check", "auth-1", "--by", "op-2"), ("end", "auth-1", "--by", "op-1", "--reason", "revoked")):
        if words[0] == "check":
            enter(office)
        with office.ledger.write() as conn:
            changes.move(conn, FEED, (0, changes.newest(conn)), datetime.now(UTC))
        office.done("person", "representative", *words)
        with office.ledger.read() as conn:
            rung = [change.person_id for change in changes.after(conn, changes.cursor(conn, FEED), 10)]
        assert rung == ["P-1"]


def test_nobody_checks_their_own_entry(office: Office) -> None:
    enter(office)
    said = office.refused("person", "representative", "check", "auth-1", "--by", "op-1")
    assert "a second person must check auth-1: op-1 entered it" in said
    assert office.json("person", "representative", "list", "A-1")[0]["state"] == "asked"


def test_its_check_is_work_for_a_person_until_it_is_done(office: Office) -> None:
    enter(office)
    told = office.done("task", "list", "--kind", "representative_check")
    assert any("check the evidence, then `duecourse person representative check auth-1`" in line for line in told)
    check(office)
    with office.ledger.read() as conn:
        assert tasks.open_tasks(conn, 10) == ()


def test_ending_what_nobody_checked_closes_its_task(office: Office) -> None:
    office.open_cases(["A-1"])
    enter(office)
    done = office.done("person", "representative", "end", "auth-1", "--by", "op-1", "--reason", "forged")
    assert done == ["ended: auth-1"], "no case knew of it"
    with office.ledger.read() as conn:
        task = tasks.get(conn, "representative_check/auth-1")
    assert task is not None
    assert (task.closed_by, task.outcome) == ("op-1", "ended")
    assert "auth-1 was ended by op-1" in office.refused("person", "representative", "check", "auth-1", "--by", "op-2")


def test_repeated_commands_change_nothing(office: Office) -> None:
    enter(office)
    again = "nothing changed: representative auth-1 was"
    assert enter(office, by="op-3") == [f"{again} entered before"]
    check(office)
    assert check(office, by="op-3")[0] == f"{again} checked before"
    end = ("person", "representative", "end", "auth-1", "--by", "op-1", "--reason", "revoked")
    office.done(*end)
    assert office.done(*end)[0] == f"{again} ended before"


def test_another_authority_under_the_same_id_is_refused(office: Office) -> None:
    enter(office)
    said = office.refused(*ADD, "--for", "payments", "--id", "auth-1", "--by", "op-1")
    assert "representative auth-1 is in the ledger with other content" in said


def test_one_representative_ends_and_the_other_goes_on(office: Office) -> None:
    enter(office)
    check(office)
    office.done(*ADD[:7], "adv-8", *ADD[8:], "--for", "contact", "--id", "auth-2", "--by", "op-1")
    office.done("person", "representative", "check", "auth-2", "--by", "op-2")
    office.done("person", "representative", "end", "auth-1", "--by", "op-1", "--reason", "revoked")
    assert "base.attorney_represented" in refused_by(office, "debtor", at=f"{day(1)}T12:00")
    standing = {
        each["representative"]: each["counts"] for each in office.json("person", "representative", "list", "P-1")
    }
    assert standing == {"auth-1": False, "auth-2": True}


def test_it_is_shown_with_the_person_and_in_a_table(office: Office) -> None:
    enter(office, "--for", "payments", "--debts", "A-2", "--until", day(30), "--evidence-channel", "email")
    (known,) = office.json("person", "show", "P-1")["representatives"]
    (listed,) = office.json("person", "representative", "list", "A-1")
    assert known == listed
    assert (known["kind"], known["party"], known["party_id"]) == ("attorney", "attorney", "adv-7")
    assert (known["may_do"], known["accounts"]) == (["contact", "payments"], ["A-2"])
    assert (known["from_on"], known["until_on"], known["counts"]) == (day(0), day(30), False)
    assert (known["evidence"], known["evidence_channel"], known["asked_by"]) == ("DOC-1", "email", "op-1")
    line = (
        f"  auth-1: attorney adv-7, for contact, payments on A-2, from {day(0)} until {day(30)}: "
        "not checked: nothing is told to them"
    )
    assert line in office.done("person", "show", "A-1")
    assert any("not checked" in row for row in office.done("person", "representative", "list", "A-1"))
    check(office)
    assert "checked, counts" in office("person", "show", "A-1").out
    assert office.done("person", "representative", "list", "A-3") == ["nobody speaks for this customer"]


def test_what_begins_later_does_not_count_yet(office: Office) -> None:
    enter(office, "--from", day(10))
    check(office)
    assert "checked, not within its days" in office("person", "show", "A-1").out
    assert "attorney_represented" not in refused_by(office, "debtor", at=f"{day(1)}T12:00")
    assert [fact["name"] for fact in office.json("person", "show", "A-1")["facts"]] == []


def test_answers_for_programs_say_the_same(office: Office) -> None:
    asked = office.json(*ADD, "--for", "proposals", "--id", "auth-1", "--by", "op-1")
    assert (asked["text"].split(":")[0], asked["state"]) == ("entered", "asked")
    checked = office.json("person", "representative", "check", "auth-1", "--by", "op-2")
    assert (checked["state"], checked["counts"], checked["checked_by"]) == ("checked", True, "op-2")
    ended = office.json("person", "representative", "end", "auth-1", "--by", "op-2", "--reason", "revoked")
    assert (ended["state"], ended["counts"], ended["reason"]) == ("ended", False, "revoked")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--debts", "A-3"), "A-3 is no account of this person"),
        (("--until", "2020-01-01", "--from", "2019-01-01"), "it ended on 2020-01-01"),
        (("--until", "2020-01-01"), "--until: it ends on 2020-01-01, before its first day"),
        (("--party-id", "Dr Anna"), "--party-id is no id"),
        (("--evidence", "a letter of hers"), "--evidence is no id"),
        (("--kind", "friend"), "friend"),
        (("--by", "Anna Example"), "--by is no code"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(office: Office, more, why) -> None:
    assert why in office.refused(*ADD, "--for", "contact", "--by", "op-1", *more)
    assert office.json("person", "representative", "list", "A-1") == []


def test_what_is_not_there_is_told(office: Office) -> None:
    assert "no account X-1" in office.refused(*ADD[:3], "X-1", *ADD[4:], "--for", "contact", "--by", "op-1")
    for words in (("check", "auth-9", "--by", "x"), ("end", "auth-9", "--by", "x", "--reason", "y")):
        assert "no representative auth-9 in the ledger" in office.refused("person", "representative", *words)


@pytest.mark.parametrize("kind", ["consent", "revocation"])
@pytest.mark.parametrize("name", ["authority", "authority_to_propose"])
def test_no_single_person_opens_the_door_by_a_fact(office: Office, kind, name) -> None:
    words = ("person", "fact", "A-1", kind, "--name", name, "--party", "attorney", "--party-id", "adv-7", "--id", "f-1")
    assert "an authority needs a second person" in office.refused(*words)


def test_the_facts_of_an_authority_are_taken_back_with_it_only(office: Office) -> None:
    enter(office)
    check(office)
    for fact in office.json("person", "show", "A-1")["facts"]:
        said = office.refused("person", "withdraw", fact["fact"], "--by", "op-3", "--reason", "mistake")
        assert "`duecourse person representative end auth-1` ends it" in said


@pytest.mark.parametrize("told", [("release", "attorney_represented"), ("event", "representation_ended")])
def test_nobody_opens_the_customers_door_beside_the_authority_that_closes_it(office: Office, told) -> None:
    kind, name = told
    words = ("person", "fact", "A-1", kind, "--name", name, "--id", "f-1")
    enter(office)
    check(office)
    assert "`duecourse person representative end auth-1` ends it" in office.refused(*words)
    office.done("person", "representative", "end", "auth-1", "--by", "op-1", "--reason", "revoked")
    assert office.done(*words) == [f"recorded: {kind} of person P-1 (fact f-1)"]


def test_an_authority_of_long_ago_counts_from_its_check_on(office: Office) -> None:
    enter(office, "--from", "2020-01-01")
    assert check(office) == [f"checked: auth-1 counts from {day(0)} on"]
