"""Mandates in the ledger: given once, ended once, known to decisions while they run, and never an account number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.model.debits import KnownMandate
from domain.model.errors import InputError
from ledger import changes, mandates, system_audit
from tests.ledger.debit_of_one import AT, mandate

LATER = AT + timedelta(hours=1)


def test_a_mandate_is_kept_once_told_to_its_case_and_sealed(book) -> None:
    before = changes.newest(book.conn)
    assert [mandates.add(book.conn, mandate(recorded_at=AT)) for _ in range(2)] == [True, False]
    assert mandates.add(book.conn, mandate(recorded_at=LATER)) is False
    assert mandates.get(book.conn, "m-1") == mandate(recorded_at=AT)
    assert changes.newest(book.conn) > before
    assert [(row.kind, row.content["mandate"]) for row in system_audit.rows(book.conn, mandates.CHAIN)] == [
        ("mandate_given", "m-1")
    ]
    assert "tok-7" not in system_audit.rows(book.conn, mandates.CHAIN)[0].body


def test_it_ends_once_with_why_and_is_given_again_under_its_id_by_nobody(book) -> None:
    mandates.add(book.conn, mandate())
    before = changes.newest(book.conn)
    assert [mandates.end(book.conn, "m-1", LATER, "op-2", "revoked") for _ in range(2)] == [True, False]
    found = mandates.get(book.conn, "m-1")
    assert found is not None
    assert (found.ended_at, found.ended_by, found.end_reason) == (LATER, "op-2", "revoked")
    assert changes.newest(book.conn) > before
    assert mandates.add(book.conn, mandate()) is False
    assert [row.kind for row in system_audit.rows(book.conn, mandates.CHAIN)] == ["mandate_given", "mandate_ended"]
    assert system_audit.verify(book.conn, mandates.CHAIN) is None


def test_a_decision_knows_those_that_have_not_ended_the_one_signed_last_first(book) -> None:
    mandates.add(book.conn, mandate(most=book.money(500), valid_until=date(2006, 6, 1)))
    mandates.add(book.conn, mandate("m-2", signed_on=date(2005, 6, 9), valid_from=date(2005, 6, 9)))
    mandates.add(book.conn, mandate("m-3", recorded_at=LATER))
    first = KnownMandate(
        id="m-1",
        signed_on=date(2005, 6, 1),
        valid_from=date(2005, 6, 1),
        valid_until=date(2006, 6, 1),
        most=book.money(500),
    )
    assert [each.id for each in mandates.running(book.conn, "a1", AT)] == ["m-2", "m-1"]
    assert mandates.running(book.conn, "a1", AT)[1] == first
    mandates.end(book.conn, "m-2", LATER, "op-2", "revoked")
    assert [each.id for each in mandates.running(book.conn, "a1", AT)] == ["m-2", "m-1"]
    assert [each.id for each in mandates.running(book.conn, "a1", LATER)] == ["m-3", "m-1"]
    assert mandates.running(book.conn, "nobody", AT) == ()


def test_the_list_shows_those_that_run_or_all(book) -> None:
    for name in ("m-1", "m-2"):
        mandates.add(book.conn, mandate(name))
    mandates.end(book.conn, "m-1", LATER, "op-2", "revoked")
    assert [each.mandate_id for each in mandates.listing(book.conn, 9)] == ["m-2"]
    assert [each.mandate_id for each in mandates.listing(book.conn, 9, "a1", only_running=False)] == ["m-1", "m-2"]
    assert mandates.listing(book.conn, 9, "a2") == []


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"token": "DE89370400440532013000"}, "the token looks like the number of a bank account"),
        ({"token": "0012-345-678"}, "the token looks like the number of a bank account"),
        ({"token": "two words"}, "token is no code"),
        ({"evidence": "signed by Ms Canary"}, "evidence is no code"),
        ({"given_by": "Ms Canary"}, "given by is no code"),
        ({"valid_until": date(2005, 5, 31)}, "the mandate would end on 2005-05-31, before it begins on 2005-06-01"),
        ({"valid_from": date(2005, 5, 31)}, "the mandate would begin on 2005-05-31, before it was signed"),
        ({"account_id": "nobody"}, "no account nobody in the ledger"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(book, more, fault) -> None:
    with pytest.raises(InputError, match=fault):
        mandates.add(book.conn, mandate(**more))
    assert mandates.get(book.conn, "m-1") is None


def test_a_limit_is_above_zero_and_in_the_currency_of_the_account(book) -> None:
    euro = book.money(1).model_copy(update={"currency": "EUR"})
    for most in (book.money(0), euro):
        with pytest.raises(InputError, match="an amount above zero, in TWD"):
            mandates.add(book.conn, mandate(most=most))


def test_another_mandate_under_the_same_id_is_refused(book) -> None:
    mandates.add(book.conn, mandate())
    with pytest.raises(InputError, match="mandate m-1 is in the ledger with other content"):
        mandates.add(book.conn, mandate(token="tok-8"))
    with pytest.raises(InputError, match="no mandate m-9 in the ledger"):
        mandates.end(book.conn, "m-9", AT, "op-1", "revoked")
