"""`duecourse agency`: registered by one, approved by another, and every reason why nothing new goes to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain import stopping
from domain.model.contact import Actor, ContactAsk
from domain.model.strategy import Channel
from ledger import agencies, stops, system_audit
from ledger.engine import Ledger
from ledger.stops import CHAIN
from policies import Policies
from tests.starter.cli.conftest import Office

EXAMPLE = (Path(__file__).parents[3] / "docs" / "agency-example.yaml").read_text(encoding="utf-8")
NAME = "agency-north"


def day(days: int) -> str:
    """So many days from now, by the wall of the agency."""
    return str((datetime.now(UTC) + timedelta(hours=8, days=days)).date())


def file_of(folder: Path, *replaced: tuple[str, str], until: int = 200) -> Path:
    """The example with days around today, and other words."""
    days = (
        ("valid_from: 2024-06-01, valid_until: 2029-05-31", f"valid_from: {day(-900)}, valid_until: {day(900)}"),
        (
            "valid_from: 2026-01-01\n    valid_until: 2027-12-31",
            f"valid_from: {day(-100)}\n    valid_until: {day(until)}",
        ),
        ("on: 2025-11-20", f"on: {day(-150)}"),
        ("on: 2025-12-15", f"on: {day(-120)}"),
    )
    text = EXAMPLE
    for old, new in (*days, *replaced):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = folder / "north.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return file_of(tmp_path)


@pytest.fixture
def good(office: Office, file: Path) -> Office:
    """An agency that may be given accounts."""
    office.done("agency", "register", str(file), "--by", "op-1")
    office.done("agency", "approve", NAME, "--by", "op-2")
    office.done("agency", "evaluate", NAME, "--outcome", "passed", "--reference", "E-1", "--by", "op-1")
    office.done("agency", "train", NAME, "--reference", "T-1", "--on", day(-10), "--by", "op-1")
    office.done("agency", "publish", NAME, "--by", "op-1")
    return office


def shown(office: Office) -> dict[str, Any]:
    return dict(office.json("agency", "show", NAME))


def rules(office: Office) -> list[str]:
    return [bar["rule"] for bar in shown(office)["bars"]]


def stops_in_force(ledger: Ledger) -> list[tuple[str, str, str]]:
    with ledger.read() as conn:
        return [(stop.stop_id, stop.kind.value, stop.value) for stop in stops.in_force(conn, datetime.now(UTC))]


def stopped(office: Office, collector: str) -> tuple[str, ...]:
    """The stops that keep this agency from calling."""
    ask = ContactAsk(channel=Channel.CALL, at=datetime.now(UTC), actor=Actor.AGENCY, collector=collector)
    chosen = Policies.named("card-standard")
    with office.ledger.read() as conn:
        found = stopping.against(ask, stops.known(conn, ask.at), None, chosen.strategy, chosen.rules)
    return () if found is None else found.ids


def test_from_the_file_to_an_agency_that_may_be_given_accounts(office: Office, file: Path) -> None:
    (line,) = office.done("agency", "register", str(file), "--by", "op-1")
    digest = shown(office)["digest"]
    waits = "nothing new goes to it before a second person approves"
    assert line == f"registered: version 1 of {NAME} ({digest}); {waits}"
    assert rules(office) == [
        "register.approved",
        "cn.agency.evaluate",
        "cn.agency.train.before_start",
        "cn.agency.publish_list",
    ]
    said = [
        office.done("agency", *words, "--by", by)
        for words, by in (
            (("approve", NAME, "--version", "1"), "op-2"),
            (("evaluate", NAME, "--outcome", "passed", "--reference", "E-1"), "op-1"),
            (("train", NAME, "--reference", "T-1"), "op-1"),
            (("publish", NAME), "op-1"),
        )
    ]
    assert said == [
        [f"approved: version 1 of {NAME}; it stands: nothing new"],
        [f"evaluated: {NAME}; it stands: nothing new"],
        [f"trained: {NAME}; it stands: nothing new"],
        [f"published: {NAME}; it stands: may be given accounts"],
    ]
    assert rules(office) == []
    with office.ledger.read() as conn:
        kinds = [row.kind.removeprefix("agency_") for row in system_audit.rows(conn, agencies.CHAIN)]
    assert kinds == ["registered", "approved", "evaluated", "trained", "published"]


def test_the_list_tells_how_each_stands_and_until_when(good: Office) -> None:
    office = good
    heading, row = office.done("agency", "list")
    assert heading.split("  ")[0] == "agency"
    for told in (NAME, "may be given accounts", day(200), day(900), "500"):
        assert told in row
    (each,) = office.json("agency", "list")
    assert (each["agency"], each["may_be_given"], each["frozen"]) == (NAME, True, False)
    assert each["lapses"][0]["on"] == day(201)
    assert each["lapses"][0]["bars"][0]["rule"] == "register.contract"
    assert each["file"]["commission"]["bands"][0]["percent"] == "12.5"


def test_an_empty_register_says_so(office: Office) -> None:
    assert office.done("agency", "list") == ["no agency is registered"]
    assert office.json("agency", "list") == []


def test_one_agency_is_shown_with_reasons_sources_and_what_lapses_next(good: Office) -> None:
    office = good
    office.done("agency", "unpublish", NAME, "--by", "op-1")
    told = "\n".join(office.done("agency", "show", NAME))
    for line in (
        f"{NAME}: Nord Inkasso, +86 10 0000 0000, service@nord-inkasso.example",
        f"registered by op-1, approved by op-2 on {day(0)}",
        f"stands on {day(0)}: nothing new",
        "    cn.agency.publish_list: it is not on the bank's public list: publish it",
        "      GB/T 45251-2025",
        f"  freezes on {day(201)}: register.contract: the contract C-2026-04 held until {day(200)}: renew it",
        "  may be given     CNY: substandard, doubtful; from 500.00 CNY to 200,000.00 CNY",
        "  may be given     CNY: loss; from any amount to any amount",
        "  commission       12.5% in CNY, day 91 to 180, under 10,000.00 CNY",
        "  commission       10% in CNY, day 91 to 180, from 10,000.00 CNY",
        "  commission       20% in CNY, day 181 on",
        "  times conduct    0.7 to 1.1",
        "  capacity         500",
        f"  {day(0)} evaluated (passed, E-1), says op-1",
        f"  {day(0)} approved (version 1), says op-2",
        f"  {day(0)} unpublished, says op-1",
    ):
        assert line in told
    assert [event["kind"] for event in shown(office)["events"]][-1] == "unpublished"


def test_who_registered_does_not_approve_and_a_changed_file_waits_again(good: Office, tmp_path: Path) -> None:
    office = good
    file = file_of(tmp_path, ("capacity: 500", "capacity: 900"))
    assert office.done("agency", "register", str(file), "--by", "op-2")[0].startswith(
        f"registered: version 2 of {NAME}"
    )
    assert rules(office) == ["register.approved"]
    assert (shown(office)["version"], shown(office)["approved_version"]) == (2, 1)
    assert "approved by nobody" in "\n".join(office.done("agency", "show", NAME))
    said = office.refused("agency", "approve", NAME, "--by", "op-2")
    assert f"a second person must approve {NAME}: op-2 registered version 2 of its file" in said
    said = office.refused("agency", "approve", NAME, "--version", "1", "--by", "op-1")
    assert f"the file of {NAME} is at version 2 by now: look at it again" in said
    office.done("agency", "approve", NAME, "--by", "op-1")
    assert rules(office) == []


def test_a_contract_that_is_over_freezes_what_is_placed(good: Office, tmp_path: Path) -> None:
    office = good
    office.done("agency", "register", str(file_of(tmp_path, until=-1)), "--by", "op-1")
    assert shown(office)["frozen"] is False, "nobody has approved it"
    office.done("agency", "approve", NAME, "--by", "op-2")
    assert (shown(office)["frozen"], shown(office)["stands"], rules(office)) == (True, "frozen", ["register.contract"])
    assert "[freezes]" in "\n".join(office.done("agency", "show", NAME))


def test_suspending_stops_all_contact_by_it_until_a_second_person_reinstates(good: Office) -> None:
    office = good
    office.open_cases(["A-1"])
    words = ("agency", "suspend", NAME, "--by", "op-1", "--reason", "complaints")
    assert office.done(*words) == [f"suspended: {NAME}; contact by it is stopped"]
    assert office.done(*words) == [f"nothing changed: {NAME} was suspended before"]
    ((stop, kind, value),) = stops_in_force(office.ledger)
    assert (kind, value) == ("agency", NAME)
    assert (shown(office)["stands"], rules(office)) == ("frozen", ["register.suspended"])
    assert stopped(office, NAME) == (f"stop.{stop}",)
    assert stopped(office, "agency-south") == ()
    said = office.refused("stop", "release", stop, "--by", "op-2")
    assert f"{stop} belongs to a suspension: `duecourse agency reinstate {NAME}` ends it" in said
    said = office.refused("agency", "reinstate", NAME, "--by", "op-1", "--reason", "cleared")
    assert f"a second person must reinstate {NAME}: op-1 suspended it" in said
    assert stops_in_force(office.ledger) == [(stop, kind, value)], "what was refused changed nothing"
    back = ("agency", "reinstate", NAME, "--by", "op-2", "--reason", "cleared")
    assert office.done(*back) == [f"reinstated: {NAME}", "its case hears of it from the feed"]
    assert office.done(*back) == [f"nothing changed: {NAME} is not suspended"]
    assert stops_in_force(office.ledger) == []
    assert stopped(office, NAME) == ()
    assert rules(office) == []
    with office.ledger.read() as conn:
        assert [row.kind for row in system_audit.rows(conn, CHAIN)] == ["stop_set", "stop_released"]


def test_the_audit_finds_nothing_wrong_with_the_register_and_its_stops(good: Office) -> None:
    good.done("agency", "suspend", NAME, "--by", "op-1", "--reason", "complaints")
    good.done("agency", "reinstate", NAME, "--by", "op-2", "--reason", "cleared")
    told = good.json("audit")
    assert (told["chains"], told["tampered"], told["unreadable"]) == (2, [], [])


def test_each_suspension_has_a_stop_of_its_own_and_other_stops_stay(good: Office) -> None:
    office = good
    office.done("stop", "set", "agency", NAME, "--by", "op-9", "--reason", "drill", "--id", "agency-suspended/drill")
    seen = set()
    for _ in range(2):
        office.done("agency", "suspend", NAME, "--by", "op-1", "--reason", "complaints")
        seen |= {stop for stop, _, _ in stops_in_force(office.ledger)}
        office.done("agency", "reinstate", NAME, "--by", "op-2", "--reason", "cleared")
    assert len(seen) == 3
    assert [stop for stop, _, _ in stops_in_force(office.ledger)] == ["agency-suspended/drill"]
    assert office.done("stop", "release", "agency-suspended/drill", "--by", "op-2") == [
        "released: stop agency-suspended/drill"
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("approve", NAME),
        ("evaluate", NAME, "--outcome", "passed", "--reference", "E-1"),
        ("publish", NAME),
    ],
)
def test_what_is_said_twice_is_one(good: Office, words: tuple[str, ...]) -> None:
    (line,) = good.done("agency", *words, "--by", "op-3")
    assert line.startswith("nothing changed: ")
    assert len(shown(good)["events"]) == 4


def test_the_same_file_twice_is_one_version(good: Office, file: Path) -> None:
    assert good.done("agency", "register", str(file), "--by", "op-3") == [
        f"nothing changed: version 1 of {NAME} was registered before"
    ]


def test_a_file_is_looked_at_without_being_kept(office: Office, tmp_path: Path) -> None:
    file = file_of(tmp_path)
    assert office.done("agency", "check", str(file)) == [f"nothing is wrong with the file of {NAME}"]
    over = file_of(tmp_path, ("may_take_money: false", "may_take_money: true"))
    told = office.done("agency", "check", str(over))
    assert told[0] == f"nothing is wrong with the file of {NAME}; but nothing new goes to it:"
    assert told[1].startswith("    cn.agency.may_receive_payments: the contract C-2026-04 lets it take money")
    as_data = office.json("agency", "check", str(over))
    assert (as_data["agency"], [bar["rule"] for bar in as_data["bars"]]) == (NAME, ["cn.agency.may_receive_payments"])
    assert office.json("agency", "list") == []


@pytest.mark.parametrize(
    ("replaced", "told"),
    [
        (('percent: "12.5"', 'percent: "-1"'), "percent: input should be greater than or equal to 0"),
        (("[loss]", "[lost]"), 'cn has no bucket "lost"'),
        (('  conduct: {least: "0.7", most: "1.1"}\n', ""), "cn.agency.pay_may_depend_only_on_recoveries"),
        (("{dpd_min: 181, currency: CNY", "{dpd_min: 181, currency: USD"), "no segment allows USD, only CNY"),
    ],
)
@pytest.mark.parametrize("command", [("check",), ("register", "--by", "op-1")])
def test_a_broken_file_is_one_line_and_nothing_is_kept(office, tmp_path, replaced, told, command) -> None:
    file = file_of(tmp_path, replaced)
    said = office.refused("agency", command[0], str(file), *command[1:])
    assert f"{file}:" in said
    assert told in said
    assert office.json("agency", "list") == []


@pytest.mark.parametrize(
    "words",
    [
        ("show", "agency-nort"),
        ("approve", "agency-nort", "--by", "op-2"),
        ("publish", "agency-nort", "--by", "op-2"),
        ("suspend", "agency-nort", "--by", "op-2", "--reason", "r"),
        ("reinstate", "agency-nort", "--by", "op-2", "--reason", "r"),
        ("evaluate", "agency-nort", "--outcome", "failed", "--reference", "E-9", "--by", "op-2"),
        ("train", "agency-nort", "--reference", "T-9", "--by", "op-2"),
    ],
)
def test_an_unknown_agency_is_one_line_that_names_the_nearest(good: Office, words: tuple[str, ...]) -> None:
    said = good.refused("agency", *words)
    assert f"no agency agency-nort in the register: did you mean {NAME}?" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("publish", NAME, "--on", day(2)), "has not come yet: write what happened by "),
        (("publish", NAME, "--on", "1066-10-14"), "1066-10-14 is out of range"),
        (("train", NAME, "--reference", "two words"), "--reference is no id"),
        (("suspend", NAME, "--reason", "she said so"), "--reason is no id"),
        (
            ("evaluate", NAME, "--outcome", "failed", "--reference", "E-1"),
            f"E-1 is in the register for {NAME} with other content",
        ),
    ],
)
def test_what_cannot_be_kept_is_one_line(good: Office, words: tuple[str, ...], told: str) -> None:
    assert told in good.refused("agency", *words, "--by", "op-1")


def test_who_says_it_is_a_code(good: Office, file: Path) -> None:
    for words in (
        ("register", str(file)),
        ("approve", NAME),
        ("publish", NAME),
        ("train", NAME, "--reference", "T-2"),
        ("suspend", NAME, "--reason", "r"),
        ("reinstate", NAME, "--reason", "r"),
    ):
        assert "--by is no id" in good.refused("agency", *words, "--by", "Anna Example")
    assert len(shown(good)["events"]) == 4


def test_a_failed_evaluation_keeps_everything_new_away(good: Office) -> None:
    words = ("evaluate", NAME, "--outcome", "failed", "--reference", "E-2", "--by", "op-1")
    assert good.done("agency", *words) == [f"evaluated: {NAME}; it stands: nothing new"]
    assert rules(good) == ["cn.agency.evaluate.outcome"]
    assert shown(good)["evaluate_by"] == day(0)
