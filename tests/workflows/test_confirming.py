"""A customer's word stops the messages, and the open cases confirm it: one message, whichever case sends it."""

from __future__ import annotations

from datetime import date, timedelta

from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import accounts, audit, confirmations, contacts, messages, tasks
from starter.wishes import Said, listen
from workflows.names import DOORBELL

KEY = "opt-out/said-1"
_STEPS = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in (30, 60)
]


async def test_an_opt_out_is_confirmed_by_the_open_case_once_and_nothing_follows_it(bank, skipper) -> None:
    bank.plan(ladder=_STEPS)
    bank.add_account("asks", (4, 500))
    await bank.start("asks")
    handle = bank.handle("asks")
    with bank.ledger.write() as conn:
        person_id = accounts.person_of(conn, "asks")
        (point,) = accounts.contact_points(conn, person_id, date.max)
        said = Said("said-1", "asks", Channel.FILE, point.contact_point_id)
        done = listen(conn, said, "Please take notice: STOP", bank.policies.rules, bank.now())
        assert done.fact_id is None  # a word in the middle goes to a person
        done = listen(conn, said, "STOP", bank.policies.rules, bank.now())
    assert done.task_id == confirmations.task_id("said-1")
    await handle.signal(DOORBELL)
    await skipper.fast_forward(handle, timedelta(days=2))  # over a night, if it is one
    await handle.signal(DOORBELL)
    await skipper.fast_forward(handle, timedelta(days=60))
    with bank.ledger.read() as conn:
        row, task = messages.get(conn, KEY), tasks.get(conn, done.task_id)
        made = [contact for contact in contacts.of_person(conn, person_id) if contact.cancelled_at is None]
        assert messages.notices(conn, "asks/1") == () or all(
            notice.state is MessageState.REFUSED for notice in messages.notices(conn, "asks/1")
        )
        assert audit.verify(conn, "asks/1") is None
    assert row is not None
    assert (row.state, row.contact_point_id) == (MessageState.SENT, point.contact_point_id)
    assert task is not None
    assert task.outcome == "sent"
    assert [contact.contact_id for contact in made] == [KEY]
    assert len(list(bank.settings.outbox.rglob("*.txt"))) == 1
    assert (await bank.state("asks")).blocked is None
