"""Whom a change concerns: a person's accounts and open cases, and what facts say of their own telling."""

from __future__ import annotations

import pytest

from domain.model.contact import FactKind, PastFact
from domain.model.errors import InputError
from ledger import accounts, people, person_facts
from ledger.person_facts import PersonFact
from tests.ledger.conftest import ACCOUNT, Book, instant

AT = instant("2005-06-21T01:00:00")


def test_a_person_is_found_with_all_accounts_and_those_with_an_open_case(book: Book) -> None:
    accounts.add_account(book.conn, ACCOUNT.model_copy(update={"account_id": "a0"}), "p1")
    accounts.add_account(book.conn, ACCOUNT.model_copy(update={"account_id": "b1"}), "p2")
    book.open_case(AT)
    assert people.accounts_of(book.conn, "p1") == ("a0", "a1")
    assert people.with_open_cases(book.conn, "p1") == ["a1"]
    assert people.with_open_cases(book.conn, "p2") == []
    assert people.accounts_of(book.conn, "nobody") == ()
    assert people.count_open(book.conn) == 1


def test_strategies_of_open_cases_are_each_told_once(book: Book) -> None:
    assert people.strategies_in_use(book.conn) == ()
    row, _ = book.open_case(AT)
    assert people.strategies_in_use(book.conn) == (row.strategy,)


def test_a_fact_tells_whose_it_is_and_when_it_was_told_first(book: Book) -> None:
    fact = PersonFact("f1", "p1", PastFact(AT, FactKind.LOST_CONTACT), AT)
    assert people.first_told(book.conn, "f1") is None
    with pytest.raises(InputError, match="no fact f1 in the ledger"):
        people.whose_fact(book.conn, "f1")
    person_facts.add(book.conn, fact)
    person_facts.withdraw(book.conn, "f1", AT, "op-1", "mistake")
    assert (people.whose_fact(book.conn, "f1"), people.first_told(book.conn, "f1")) == ("p1", AT)
