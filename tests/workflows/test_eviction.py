"""A case that left the worker's memory is rebuilt from its history, and goes on as if nothing had been."""

from __future__ import annotations

import asyncio
import logging

import worker
from domain.model.events import Hold, Withdraw
from starter.requests import ask
from workflows.names import DOORBELL


async def test_cases_that_share_a_cache_for_one_lose_nothing(make_bank, caplog) -> None:
    bank = make_bank()
    small = bank.settings.model_copy(update={"cached_workflows": 1})
    accounts = [f"evicted-{number}" for number in range(4)]
    for account in accounts:
        bank.add_account(account, (40, 500))
    with caplog.at_level(logging.WARNING):
        async with worker.running_workers(bank.client, small, bank.ledger, worker.channels(small, bank.ledger)):
            for account in accounts:
                await bank.start(account)
            for round_no in range(3):
                await asyncio.gather(*(bank.handle(account).signal(DOORBELL) for account in accounts))
                answers = await asyncio.gather(
                    *(ask(bank.client, account, Hold(id=f"h-{round_no}")) for account in accounts)
                )
                assert all(answer.accepted for answer in answers)
            for account in accounts:
                assert len((await bank.state(account)).holds) == 3
                assert (await ask(bank.client, account, Withdraw(id="end"))).accepted
                assert (await bank.handle(account).result()).outcome == "withdrawn"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
