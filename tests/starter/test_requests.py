"""Asking a case: repeated until it answers, bounded, and told in one line when nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from temporalio.client import RPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from domain.model.errors import InputError, SurroundingsError
from domain.model.events import Hold, Release, Withdraw
from starter import requests
from starter.requests import PATIENCE, ask, look
from tests.plugins.virtual_bank import Bank, serving


def failing(*errors: Exception) -> Callable[[timedelta], Awaitable[str]]:
    """A call that fails so, one error a time, and then answers."""
    left = list(errors)

    async def call(timeout: timedelta) -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return call


def rpc(status: RPCStatusCode) -> RPCError:
    return RPCError("the server's words", status, b"")


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "_PAUSE_S", 0.01)


async def test_what_passes_is_tried_again() -> None:
    call = failing(
        *(rpc(RPCStatusCode.FAILED_PRECONDITION), rpc(RPCStatusCode.UNAVAILABLE)),
        *(rpc(RPCStatusCode.DEADLINE_EXCEEDED), RPCTimeoutOrCancelledError()),
    )
    assert await requests._until_answered(call, "a", PATIENCE) == "answer"


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (rpc(RPCStatusCode.NOT_FOUND), InputError, "account a has no open case"),
        (rpc(RPCStatusCode.PERMISSION_DENIED), SurroundingsError, "Temporal refused: the server's words"),
        (KeyError("Unknown payload encoding"), SurroundingsError, "cannot be read: is DUECOURSE_PAYLOAD_KEY the key"),
    ],
)
async def test_what_does_not_pass_is_told_at_once(error: Exception, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        await requests._until_answered(failing(error), "a", PATIENCE)


async def test_patience_ends() -> None:
    for_ever = [rpc(RPCStatusCode.UNAVAILABLE)] * 1_000
    with pytest.raises(SurroundingsError, match="the case of account a does not answer: is a worker running"):
        await requests._until_answered(failing(*for_ever), "a", PATIENCE)


async def test_without_a_worker_nobody_answers_and_the_same_request_later_has_one_effect(
    make_bank: Callable[[], Bank],
) -> None:
    bank = make_bank()
    bank.add_account("alone", (4, 500))
    await bank.start("alone")
    soon = timedelta(seconds=0.5)
    with pytest.raises(SurroundingsError, match="does not answer: is a worker running"):
        await ask(bank.client, "alone", Hold(id="h"), within=soon)
    with pytest.raises(SurroundingsError, match="does not answer: is a worker running"):
        await look(bank.client, "alone", within=soon)
    async with serving(bank):
        first, again = [await ask(bank.client, "alone", Hold(id="h")) for _ in range(2)]
        assert first == again
        assert [held.id for held in (await look(bank.client, "alone")).holds] == ["h"]
        await bank.handle("alone").terminate()


async def test_who_asks_may_be_cancelled(make_bank: Callable[[], Bank]) -> None:
    bank = make_bank()
    bank.add_account("given-up", (4, 500))
    await bank.start("given-up")
    asking = asyncio.ensure_future(ask(bank.client, "given-up", Hold(id="h")))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asking, 0.3)
    assert asking.cancelled()
    await bank.handle("given-up").terminate()


async def test_a_case_says_no_in_words_and_a_closed_one_is_not_asked(bank: Bank) -> None:
    bank.add_account("asked", (4, 500))
    await bank.start("asked")
    refused = await ask(bank.client, "asked", Release(id="r", hold_id="none"))
    assert (refused.accepted, refused.text) == (False, "no hold none lies on this case")
    assert (await ask(bank.client, "asked", Withdraw(id="w"))).accepted
    await bank.handle("asked").result()
    with pytest.raises(InputError, match="account asked has no open case"):
        await ask(bank.client, "asked", Withdraw(id="w2"))
    assert (await look(bank.client, "asked")).closure is not None
    with pytest.raises(InputError, match="account nobody has no open case"):
        await look(bank.client, "nobody")
