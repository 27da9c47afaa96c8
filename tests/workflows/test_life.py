"""A case from its opening to its end, on virtual time, and what it costs the engine."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from ledger import audit, messages
from starter.demo.costs import count_actions, count_events
from workflows.names import DOORBELL

_STEPS = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in (5, 10, 15, 30, 60)
]


async def test_a_case_that_cures_on_day_20_keeps_its_budget(bank, skipper) -> None:
    """Three notices; what thanks add is counted in test_thanks."""
    bank.plan(ladder=_STEPS, days_between=3, thanks=None)
    bank.add_account("cures", (4, 500))  # past due, and a day before the first notice
    await bank.start("cures")
    handle = bank.handle("cures")
    await skipper.fast_forward(handle, timedelta(days=16))
    assert (await bank.state("cures")).ladder.total_given == 3
    bank.pay("cures", "500.00", days_on=15)
    await handle.signal(DOORBELL)
    closure = await handle.result()
    assert (closure.outcome, closure.notices) == ("cured", 3)
    history = [event async for event in handle.fetch_history_events()]
    assert count_actions(history) <= 17
    assert count_events(history) <= 55
    with bank.ledger.read() as connection:
        assert [notice.state for notice in messages.notices(connection, "cures/1")] == ["sent"] * 3
        assert audit.verify(connection, "cures/1") is None
    assert len(list(bank.settings.outbox.rglob("*.txt"))) == 3


async def test_a_payment_between_two_notices_stops_the_next_one(bank, skipper) -> None:
    bank.plan(ladder=_STEPS, days_between=3)
    bank.add_account("pays", (4, 500))
    await bank.start("pays")
    handle = bank.handle("pays")
    await skipper.fast_forward(handle, timedelta(days=3))
    bank.pay("pays", "500.00", days_on=3)
    await handle.signal(DOORBELL)
    closure = await handle.result()
    assert (closure.outcome, closure.notices) == ("cured", 1)


async def test_a_part_payment_moves_the_ladder_with_the_oldest_unpaid_due_date(bank, skipper) -> None:
    bank.plan(ladder=_STEPS, days_between=3)
    bank.add_account("moves", (12, 500), (4, 300))
    await bank.start("moves")
    handle = bank.handle("moves")
    await skipper.fast_forward(handle, timedelta(days=1))
    before = await bank.state("moves")
    bank.pay("moves", "500.00", days_on=0)
    await handle.signal(DOORBELL)
    while (after := await bank.state("moves")).step_no == before.step_no:  # until the case has looked
        await asyncio.sleep(0.05)
    assert before.ladder.total_given == after.ladder.total_given == 1
    assert (after.arrears.oldest_due_on - before.arrears.oldest_due_on).days == 8
    # the second notice now counts from the younger date: its tenth day is 6 days after today, not long past
    assert after.ladder.next_on == bank.today + timedelta(days=6)
    await handle.terminate()
