"""Ringing a case: it looks at once, and who rings learns when nobody was reached."""

from __future__ import annotations

from starter import doorbell
from starter.connection import connect
from starter.doorbell import Pealed, Rung, ring, ring_all
from starter.server import free_port


async def test_a_payment_that_is_rung_closes_its_case(bank, server, monkeypatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    bank.add_account("rung", (40, 500))
    await bank.start("rung")
    bank.pay("rung", "500.00")
    assert await ring(bank.settings, bank.ledger, "rung") is Rung.RUNG
    assert (await bank.handle("rung").result()).outcome == "cured"


async def test_an_account_without_a_case_is_not_rung(bank) -> None:
    bank.add_account("quiet", (40, 500))
    assert await ring(bank.settings, bank.ledger, "quiet") is Rung.NO_CASE


async def test_a_case_that_nobody_reaches_is_told_of(bank, monkeypatch) -> None:
    bank.add_account("far", (40, 500))
    await bank.start("far")
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    assert await ring(bank.settings, bank.ledger, "far") is Rung.NOT_REACHED
    await bank.handle("far").terminate()


async def test_a_case_whose_run_is_gone_is_told_of(bank, server, monkeypatch) -> None:
    bank.add_account("gone", (40, 500))
    await bank.start("gone")
    await bank.handle("gone").terminate()
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    assert await ring(bank.settings, bank.ledger, "gone") is Rung.NOT_REACHED


async def test_many_cases_are_rung_over_one_connection(bank, server, monkeypatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    for name in ("one", "two", "away", "none"):
        bank.add_account(name, (40, 500))
    for name in ("one", "two", "away"):
        await bank.start(name)
    await bank.handle("away").terminate()
    made = 0

    async def counted(settings):
        nonlocal made
        made += 1
        return await connect(settings)

    monkeypatch.setattr(doorbell, "connect", counted)
    for name in ("one", "two"):
        bank.pay(name, "500.00")
    assert await ring_all(bank.settings, bank.ledger, ["one", "two", "away", "none"]) == Pealed(open=3, told=2)
    assert made == 1
    for name in ("one", "two"):
        assert (await bank.handle(name).result()).outcome == "cured"


async def test_without_a_server_many_cases_are_not_told(bank, monkeypatch) -> None:
    bank.add_account("unheard", (40, 500))
    await bank.start("unheard")
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    pealed = await ring_all(bank.settings, bank.ledger, ["unheard"])
    assert (pealed.open, pealed.told, pealed.not_told) == (1, 0, 1)
    assert await ring_all(bank.settings, bank.ledger, ["nobody"]) == Pealed()
    await bank.handle("unheard").terminate()
