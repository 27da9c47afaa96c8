"""The audit does not rest on the gate: what leaves past any one of its judges, or past a stop, is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from inspect import isabstract
from pathlib import Path

import pytest
from sqlalchemy import delete

from activities.advance import CaseActivities
from domain import stopping
from domain.case import permits
from domain.case.leave import Allowed
from domain.compliance import compiling
from domain.compliance.caps import CapJudge
from domain.compliance.consents import ChannelConsentJudge
from domain.compliance.cooldowns import CooldownJudge
from domain.compliance.holds import HoldJudge, UnknownHoldJudge
from domain.compliance.judge import Judge
from domain.compliance.notices import NoticeJudge
from domain.compliance.optouts import OptOutJudge
from domain.compliance.parties import NoPartyJudge, PartyJudge
from domain.compliance.surroundings import ExpiredJudge, ZoneJudge
from domain.compliance.windows import HolidayWarning, WindowJudge
from domain.model.case import Advance, Case, Step
from domain.model.contact import Direction, FactKind, Outcome, PastContact
from domain.model.events import Event
from domain.model.permits import ReportContact, RequestContact
from domain.model.stops import StopKind
from domain.model.strategy import Channel
from ledger import contact_tables, stops
from ledger.contacts import Contact
from ledger.engine import Ledger
from ledger.stops import Stop
from starter.auditing import audit_ledger
from starter.feed.freshness import say_complete
from tests.activities.sending import CEASE, KEY, SENT, STOP_MESSAGES, fact, once_in_seven_days, send
from tests.activities.world import DECIDED_AT, NIGHT, PACK, World, rules_with, world_of
from tests.starter.portfolio import found, unguarded

PERMIT = "A-1/1/permit/r-1"
MINUTE = timedelta(minutes=1)


def name_of(judge: type[Judge]) -> str:
    """Classes with slots are made twice: their names are one."""
    return f"{judge.__module__}.{judge.__qualname__}"


def kinds_of(judge: type[Judge] = Judge) -> Iterator[str]:
    """Every kind of judge of the house that can be made, whoever wrote it."""
    assert compiling, "it imports them all"
    for kind in judge.__subclasses__():
        yield from kinds_of(kind)
        if not isabstract(kind) and kind.__module__.startswith("domain."):
            yield name_of(kind)


def sends_at_night(world: World) -> dict[str, object]:
    world.now = NIGHT
    return {}


def sends_twice(world: World) -> dict[str, object]:
    world.add_account("A-2")
    assert send(world) == SENT
    return {"account_id": "A-2"}


def after_a_conversation(world: World) -> dict[str, object]:
    made = PastContact(DECIDED_AT - timedelta(days=1), Channel.CALL, Outcome.CONVERSATION, Direction.IN)
    world.reach(Contact("call-1", "P-1", made))
    return {}


def after_a_stop(world: World) -> dict[str, object]:
    world.tell(STOP_MESSAGES)
    return {}


def after_a_cease(world: World) -> dict[str, object]:
    world.tell(CEASE)
    return {}


def after_a_hold_that_nobody_knows(world: World) -> dict[str, object]:
    world.tell(fact(FactKind.HOLD, name="mystery"))
    return {}


def at_once(_world: World) -> dict[str, object]:
    return {}


@dataclass(frozen=True)
class Scenario:
    """Rules under which a message is refused by one kind of judge alone, and by which rule the audit must name it."""

    rule: str
    parts: dict[str, object] = field(default_factory=dict)
    prepare: Callable[[World], dict[str, object]] = at_once


REST = {
    "id": "rest",
    "after": {"event": "conversation"},
    "days": 7,
    "blocks": {"channels": ["file"]},
    "scope": ["person"],
    "actors_added": "all",
    "source": "law",
}
GUARANTOR = {"id": "guarantor", "reach": "free", "source": "law"}
OVER = {**PACK.pack.model_dump(mode="json"), "valid_to": "2026-03-19"}
SCENARIOS = {
    WindowJudge: Scenario("xx.test.window", prepare=sends_at_night),
    CapJudge: Scenario("xx.test.week", {"caps": [once_in_seven_days()]}, sends_twice),
    CooldownJudge: Scenario("xx.test.rest", {"cooldowns": [REST]}, after_a_conversation),
    OptOutJudge: Scenario("xx.test.stop", prepare=after_a_stop),
    HoldJudge: Scenario("xx.test.cease", prepare=after_a_cease),
    UnknownHoldJudge: Scenario("gate.unknown_hold", prepare=after_a_hold_that_nobody_knows),
    PartyJudge: Scenario("xx.test.debtor", {"parties": [{"id": "debtor", "reach": "never", "source": "law"}]}),
    NoPartyJudge: Scenario("gate.party", {"parties": [GUARANTOR]}),
    NoticeJudge: Scenario(
        "xx.test.letter", {"notices": [{"id": "letter", "required_before": "collect_contact", "source": "law"}]}
    ),
    ChannelConsentJudge: Scenario(
        "xx.test.texts", {"consents": [{"id": "texts", "grants": "channel", "channels": ["file"], "source": "law"}]}
    ),
    ZoneJudge: Scenario("gate.zone_evidence", {"clock": {"zone_evidence": ["declared"]}}),
    ExpiredJudge: Scenario("xx.test.expired", {"pack": OVER}),
}
REFUSE_NOTHING = {HolidayWarning}
"""Without these nothing leaves that did not leave with them: they only tell that a day is a holiday."""


def test_there_is_a_scenario_for_every_kind_of_judge() -> None:
    assert set(kinds_of()) == {name_of(judge) for judge in (*SCENARIOS, *REFUSE_NOTHING)}


@pytest.mark.parametrize("judge", SCENARIOS, ids=lambda judge: judge.__name__)
def test_a_gate_that_lost_one_kind_of_judge_makes_the_audit_red(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judge: type[Judge]
) -> None:
    scenario = SCENARIOS[judge]
    world = world_of(ledger, tmp_path / "outbox", rules=rules_with(**scenario.parts))
    asked = scenario.prepare(world)
    assert send(world, **asked).not_sent is not None
    assert audit_ledger(ledger).is_clean

    monkeypatch.setattr(judge, "judge", lambda *_: None)
    monkeypatch.setattr(judge, "allows", lambda *_: True)
    assert send(world, **asked, attempt=2) == SENT
    key = f"{asked.get('account_id', 'A-1')}/1/first/2"
    audited = audit_ledger(ledger)
    assert (found(audited), audited.tampered) == ([(key, scenario.rule)], ())


# --- what closes everything at once


def set_stop(world: World, at: datetime = DECIDED_AT) -> None:
    with world.ledger.write() as conn:
        stops.set_stop(conn, Stop("halt", StopKind.ALL, "", at, "ann", "incident"))


def feed_is_old(world: World) -> None:
    with world.ledger.write() as conn:
        say_complete(conn, DECIDED_AT - timedelta(hours=24, seconds=1), DECIDED_AT - MINUTE)


@pytest.mark.parametrize(
    ("close", "rule"), [(set_stop, "gate.stopped"), (feed_is_old, "gate.stale")], ids=["stop", "stale"]
)
def test_a_gate_that_ignores_what_closes_everything_makes_the_audit_red(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, close: Callable[[World], None], rule: str
) -> None:
    world = world_of(ledger, tmp_path / "outbox")
    close(world)
    assert send(world).not_sent is not None
    assert audit_ledger(ledger).is_clean

    monkeypatch.setattr(stopping, "against", lambda *_: None)
    assert send(world, attempt=2) == SENT
    audited = audit_ledger(ledger)
    assert (found(audited), audited.tampered) == ([("A-1/1/first/2", rule)], ())


# --- permits


def advance(world: World, case: Case, at: datetime, *events: Event) -> Step:
    return CaseActivities(world.ledger).advance(Advance(case=case, events=events, as_of=at))


def asked_and_called(world: World, at: datetime) -> bool:
    """Whether the case gave a permit for a call, which was made and reported a minute later."""
    asked = advance(world, world.case, at, RequestContact(id="r-1"))
    if asked.answers[0].permit is None:
        return False
    told = ReportContact(id="c-1", permit_id=PERMIT, outcome=Outcome.BUSY, made_at=at + MINUTE)
    assert advance(world, asked.case, at + 2 * MINUTE, told).answers[0].accepted
    return True


def test_what_was_permitted_is_clean(ledger: Ledger, tmp_path: Path) -> None:
    world = world_of(ledger, tmp_path / "outbox")
    assert asked_and_called(world, DECIDED_AT)
    audited = audit_ledger(ledger)
    assert (audited.contacts, audited.is_clean) == (1, True)


def at_night(_world: World) -> datetime:
    return NIGHT


def under_a_stop(world: World) -> datetime:
    set_stop(world)
    return DECIDED_AT


def by_an_old_feed(world: World) -> datetime:
    feed_is_old(world)
    return DECIDED_AT


@pytest.mark.parametrize(
    ("prepare", "rules"),
    [(at_night, {"xx.test.window"}), (under_a_stop, {"gate.stopped"}), (by_an_old_feed, {"gate.stale"})],
    ids=["rules", "stop", "stale"],
)
def test_a_case_that_gives_permits_whatever_the_gate_says_makes_the_audit_red(
    ledger: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[World], datetime],
    rules: set[str],
) -> None:
    world = world_of(ledger, tmp_path / "outbox")
    at = prepare(world)
    assert not asked_and_called(world, at)
    assert audit_ledger(ledger).is_clean

    monkeypatch.setattr(permits, "leave_now", lambda *_: Allowed(at, at + timedelta(hours=2), ()))
    monkeypatch.setattr(permits, "refusing", lambda *_: ())
    assert asked_and_called(world, at)
    audited = audit_ledger(ledger)
    assert ({breach.rule for breach in audited.breaches}, audited.tampered) == (rules, ())


# --- and what leaves past it


def test_a_message_that_left_without_a_contact_on_record_was_not_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    world = world_of(ledger, tmp_path / "outbox")
    assert send(world) == SENT
    assert audit_ledger(ledger).is_clean
    with unguarded(ledger) as conn:
        conn.execute(delete(contact_tables.contacts))
    (breach,) = audit_ledger(ledger).breaches
    assert (breach.reference, breach.rule, breach.at) == (KEY, "gate.unasked", DECIDED_AT)
    assert audit_ledger(ledger, since=DECIDED_AT + timedelta(seconds=1)).is_clean
