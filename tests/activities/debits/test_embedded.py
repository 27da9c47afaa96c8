"""The embedded provider: one payment under one reference, declines by a table, and no money of a real bank."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities.debits.base import Collected
from activities.debits.embedded import EmbeddedDebits, read_declines, reference_of
from domain.model.debits import DebitResult, DebitState
from domain.model.errors import InputError
from ledger import debits, entries, mandates, watermarks
from starter.posting import Payment, post_payment, reverse_payment
from tests.activities.debits.planned import HOLDS, KEY, TODAY, agree, ask, command, give_mandate, row
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, RULES, World, rules_with


@pytest.fixture
def world(place: WorldOf) -> World:
    made = place(rules=rules_with(holds=HOLDS))
    agree(made)
    give_mandate(made)
    return made


def embedded(world: World, **declines: str) -> EmbeddedDebits:
    def post(account_id, amount, reference, on, at):
        return post_payment(world.ledger, RULES, Payment(account_id, amount, reference, on), at)

    return EmbeddedDebits(world.ledger, post, {"tok-7": {f"{TODAY}/{n[1:]}": code for n, code in declines.items()}})


def test_what_it_collects_is_one_payment_however_often_it_is_asked(world: World) -> None:
    provider = embedded(world)
    assert provider.fate(KEY) is None
    assert [ask(world, provider) for _ in range(2)] == [DebitResult()] * 2
    with world.ledger.read() as conn:
        paid = entries.find(conn, reference_of(KEY))
        known = debits.known(conn, "A-1", "A-1/1/plan/1", TODAY, DECIDED_AT + timedelta(hours=1))
    assert paid is not None
    assert (paid.total_minor, paid.value_on) == (-20_000, TODAY)
    assert provider.fate(KEY) == Collected(reference_of(KEY))
    assert [(each.state, each.arrived) for each in known] == [(DebitState.COLLECTED, True)]


def test_what_was_taken_back_has_arrived_all_the_same(world: World) -> None:
    ask(world, embedded(world))
    reverse_payment(world.ledger, reference_of(KEY), DECIDED_AT + timedelta(hours=1))
    with world.ledger.read() as conn:
        (debit,) = debits.known(conn, "A-1", "A-1/1/plan/1", TODAY, DECIDED_AT + timedelta(hours=2))
    assert (debit.state, debit.arrived) == (DebitState.COLLECTED, True)


def test_it_declines_what_its_table_says_and_the_next_attempt_goes_through(world: World) -> None:
    provider = embedded(world, _1="no_funds")
    assert ask(world, provider) == DebitResult(state=DebitState.DECLINED)
    assert provider.fate(KEY) is None
    found = row(world)
    assert found is not None
    assert (found.code, found.hard) == ("no_funds", False)


def test_a_hard_decline_of_its_table_ends_the_mandate(world: World) -> None:
    ask(world, embedded(world, _1="mandate_revoked"))
    with world.ledger.read() as conn:
        given = mandates.get(conn, "m-1")
    found = row(world)
    assert found is not None
    assert given is not None
    assert (found.hard, given.end_reason) == (True, "mandate_revoked")


def test_where_the_feed_of_a_bank_brings_the_payments_it_takes_nothing(world: World) -> None:
    with world.ledger.write() as conn:
        watermarks.advance(conn, watermarks.LEDGER_FEED, DECIDED_AT, DECIDED_AT)
    with pytest.raises(ApplicationError, match="set DUECOURSE_DEBIT_PROVIDER=listed"):
        ask(world, embedded(world), command())
    with world.ledger.read() as conn:
        assert entries.find(conn, reference_of(KEY)) is None


def test_a_table_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "declines.json"
    path.write_text(json.dumps({"tok-7": {"2026-07-15/1": "no_funds"}}), encoding="utf-8")
    assert read_declines(path) == {"tok-7": {"2026-07-15/1": "no_funds"}}
    assert read_declines(None) == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"tok-7": "no_funds"}', '{"tok-7": {"x": 3}}'])
def test_a_file_that_is_no_table_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "declines.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="is no table of declines"):
        read_declines(path)
    with pytest.raises(InputError, match="is no table of declines"):
        read_declines(tmp_path / "nowhere.json")


def test_free_text_is_no_code_of_a_decline(tmp_path: Path) -> None:
    path = tmp_path / "declines.json"
    path.write_text('{"tok-7": {"2026-07-15/1": "no money left"}}', encoding="utf-8")
    with pytest.raises(InputError, match="code is no code"):
        read_declines(path)
