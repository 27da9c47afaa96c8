"""Persons: how each wants to be written to."""

import pytest

from domain.model.errors import InputError
from domain.model.strategy import Channel
from ledger import persons
from ledger.persons import Person


def test_of_a_new_person_nothing_is_known(book) -> None:
    assert persons.get(book.conn, "p1") == Person("p1")


def test_what_is_known_is_replaced(book) -> None:
    known = Person("p1", "Lin Mei", "zh-TW", Channel.SMS)
    persons.save(book.conn, known)
    assert persons.get(book.conn, "p1") == known
    persons.save(book.conn, Person("p1", locale="en"))
    assert persons.get(book.conn, "p1") == Person("p1", locale="en")


def test_the_name_of_a_person_is_not_shown(book) -> None:
    assert "Lin" not in repr(Person("p1", "Lin Mei"))


@pytest.mark.parametrize("locale", ["", "Chinese", "zh_TW", "zh-tw", "e"])
def test_a_locale_is_a_language_and_a_country(book, locale: str) -> None:
    with pytest.raises(InputError, match="is no locale: write one like zh-CN"):
        persons.save(book.conn, Person("p1", locale=locale))


def test_a_person_that_is_not_there_is_told(book) -> None:
    with pytest.raises(InputError, match="no person p2 in the ledger"):
        persons.get(book.conn, "p2")
    with pytest.raises(InputError, match="no person p2 in the ledger"):
        persons.save(book.conn, Person("p2"))
