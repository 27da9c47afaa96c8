"""At the moment of sending every rule is asked anew, of the person and not of the account."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from domain.model.blocker import Blocker
from domain.model.contact import FactKind, Outcome, PastFact
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from tests.activities.sending import (
    CEASE,
    KEY,
    LATER,
    SENT,
    STOP_MESSAGES,
    WorldOf,
    blocker_of,
    call,
    fact,
    once_in_seven_days,
    scripted,
    send,
    stop_of,
)
from tests.activities.world import (
    DECIDED_AT,
    MORNING,
    NIGHT,
    STRATEGY,
    World,
    raising,
    rules_with,
)


def window(**other: object) -> dict[str, object]:
    return {"id": "window", "open": "08:00", "close": "22:00", "source": "law", **other}


def spread(minutes: int) -> dict[str, object]:
    return {"strategy": STRATEGY.model_copy(update={"spread_minutes": minutes})}


# --- barred: until something happens


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        (STOP_MESSAGES, "xx.test.stop"),
        (fact(FactKind.OPT_OUT, channel=Channel.FILE), "xx.test.stop"),
        (fact(FactKind.OPT_OUT), "xx.test.stop"),
        (CEASE, "xx.test.cease"),
        (fact(FactKind.HOLD, name="moratorium"), "gate.unknown_hold"),
    ],
    ids=["address", "channel", "everything", "hold", "unknown-hold"],
)
def test_what_the_person_said_bars_the_message_and_people_are_told_once(
    world: World, told: PastFact, rule: str
) -> None:
    world.tell(told)
    first, second = send(world), send(world)
    assert first == second
    assert (stop_of(first).blocker, stop_of(first).retry_at) == (Blocker.BARRED, None)
    assert world.files() == []
    assert world.message_states() == {KEY: MessageState.REFUSED}
    assert world.contact() is None
    ((kind, body),) = world.audit()
    assert (kind, body["refused_by"]) == ("notice_refused", [rule])
    (task,) = world.tasks()
    assert (task.kind, task.person_id, task.case_id) == ("barred", "P-1", "A-1/1")
    assert dict(task.detail) == {"message": KEY, "rules": [rule]}


def test_an_opt_out_of_another_address_does_not_bar(world: World) -> None:
    world.tell(fact(FactKind.OPT_OUT, channel=Channel.SMS))
    assert send(world) == SENT


def test_what_was_taken_back_bars_no_longer(world: World) -> None:
    world.tell(STOP_MESSAGES, CEASE)
    world.tell(fact(FactKind.OPT_IN, LATER, address="C-1"), fact(FactKind.RELEASE, LATER, name="cease"))
    world.now = LATER
    assert send(world) == SENT


def test_an_opt_out_between_the_decision_and_the_sending_stops_the_message(world: World) -> None:
    world.tell(fact(FactKind.OPT_OUT, LATER, address="C-1"))
    world.now = LATER
    assert blocker_of(send(world)) is Blocker.BARRED
    assert world.files() == []


def test_an_opt_out_after_a_crash_stops_the_next_attempt_and_frees_the_place_in_the_cap(world: World) -> None:
    with pytest.raises(ApplicationError):
        send(world, scripted(world, before=raising(RuntimeError())))
    world.tell(STOP_MESSAGES)
    assert blocker_of(send(world)) is Blocker.BARRED
    contact = world.contact()
    assert contact is not None
    assert (contact.made.outcome, contact.cancelled_at) == (Outcome.PENDING, DECIDED_AT)


# --- the clock: hours, caps, cool-downs


def test_a_full_cap_defers_to_the_opening_after_its_last_day(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days(unit="attempt")]))
    world.reach(call(DECIDED_AT - timedelta(days=3), Outcome.NO_ANSWER))
    stopped = stop_of(send(world))
    assert (stopped.blocker, stopped.retry_at) == (Blocker.CONTACT_WINDOW, datetime(2026, 3, 24, tzinfo=UTC))
    assert world.audit()[-1][1]["refused_by"] == ["xx.test.week"]
    world.now = datetime(2026, 3, 24, tzinfo=UTC)
    assert send(world) == SENT


def test_a_cool_down_defers_to_the_opening_after_its_last_day(place: WorldOf) -> None:
    rest = {
        "id": "rest",
        "after": {"event": "conversation"},
        "days": 3,
        "blocks": {},
        "scope": ["person"],
        "actors_added": "all",
        "source": "law",
    }
    world = place(rules=rules_with(cooldowns=[rest]))
    world.reach(call(DECIDED_AT - timedelta(days=1)))
    stopped = stop_of(send(world))
    assert (stopped.blocker, stopped.retry_at) == (Blocker.CONTACT_WINDOW, datetime(2026, 3, 22, tzinfo=UTC))


def retries(world: World, keys: int = 20) -> list[datetime]:
    found = [stop_of(send(world, attempt=attempt)).retry_at for attempt in range(1, keys + 1)]
    return [retry_at for retry_at in found if retry_at is not None]


def test_deferred_messages_spread_over_the_minutes_after_the_opening_each_at_its_own(place: WorldOf) -> None:
    world = place(**spread(30))
    world.now = NIGHT
    first, again = retries(world), retries(world)
    assert first == again
    assert len(first) == 20
    assert len(set(first)) > 10
    assert all(MORNING <= retry_at <= MORNING + timedelta(minutes=30) for retry_at in first)


def test_a_spread_that_would_leave_the_hours_is_narrowed_to_them(place: WorldOf) -> None:
    world = place(rules=rules_with(windows=[window(close="08:10")]), **spread(720))
    world.now = NIGHT
    found = retries(world)
    assert all(MORNING <= retry_at < MORNING + timedelta(minutes=10) for retry_at in found)
    assert len(set(found)) > len(found) // 2


@pytest.mark.parametrize(("widen_by", "blocker"), [("debtor_consent", None), ("none", Blocker.CONTACT_WINDOW)])
def test_hours_that_the_person_agreed_to_widen_the_window_only_where_the_pack_says_so(
    place: WorldOf, widen_by: str, blocker: Blocker | None
) -> None:
    world = place(rules=rules_with(windows=[window(widen_by=widen_by)]))
    world.tell(fact(FactKind.AGREED_WINDOW, opens=22 * 60, closes=24 * 60))
    world.now = NIGHT
    assert blocker_of(send(world)) is blocker


@pytest.mark.parametrize(("ignore_while", "blocker"), [(["more"], None), ([], Blocker.CONTACT_WINDOW)])
def test_a_consent_lifts_a_cap_only_where_the_pack_says_so(
    place: WorldOf, ignore_while: list[str], blocker: Blocker | None
) -> None:
    consent = {"id": "more", "grants": "extra_calls", "source": "law"}
    cap = once_in_seven_days(unit="attempt", ignore_while=ignore_while)
    world = place(rules=rules_with(caps=[cap], consents=[consent]))
    world.reach(call(DECIDED_AT - timedelta(days=1), Outcome.NO_ANSWER))
    world.tell(fact(FactKind.CONSENT, name="more"))
    assert blocker_of(send(world)) is blocker


# --- one person, several accounts


@pytest.mark.parametrize("told", [STOP_MESSAGES, CEASE], ids=["opt-out", "hold"])
def test_what_the_person_said_holds_for_all_their_accounts(world: World, told: PastFact) -> None:
    world.add_account("A-2")
    world.tell(told)
    results = [send(world, account_id=account_id) for account_id in ("A-1", "A-2")]
    assert [blocker_of(result) for result in results] == [Blocker.BARRED] * 2


def test_a_message_about_one_account_fills_the_cap_for_the_other(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days()]))
    world.add_account("A-2")
    assert send(world) == SENT
    stopped = stop_of(send(world, account_id="A-2"))
    assert (stopped.blocker, stopped.retry_at) == (Blocker.CONTACT_WINDOW, datetime(2026, 3, 27, tzinfo=UTC))


def test_a_hold_on_one_debt_leaves_the_other_account_free(place: WorldOf) -> None:
    dispute = {
        "id": "dispute",
        "opened_by": "disputed",
        "closed_by": ["resolved"],
        "scope": "debt",
        "blocks": ["collect_contact"],
        "source": "law",
    }
    world = place(rules=rules_with(holds=[dispute]))
    world.add_account("A-2")
    world.tell(fact(FactKind.HOLD, name="dispute", debts=("A-1",)))
    assert blocker_of(send(world, account_id="A-1")) is Blocker.BARRED
    assert send(world, account_id="A-2") == SENT
