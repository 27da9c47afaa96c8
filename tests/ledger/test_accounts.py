"""Accounts, persons and contact points."""

from datetime import date

import pytest

from domain.model.contact import Party, Place
from domain.model.errors import InputError
from domain.model.facts import Account
from domain.model.strategy import Channel
from ledger import accounts
from ledger.accounts import ContactPoint
from ledger.inserts import bulk_insert
from ledger.tables import contact_points


def test_an_account_comes_back_as_it_was_added(book) -> None:
    assert accounts.get_account(book.conn, "a1") == book.account
    assert accounts.person_of(book.conn, "a1") == "p1"


def test_an_account_is_added_once(book) -> None:
    assert not accounts.add_account(book.conn, book.account, "p1")


@pytest.mark.parametrize(("currency", "person_id"), [("CNY", "p1"), ("TWD", "p2")])
def test_an_account_cannot_be_added_again_with_other_content(book, currency: str, person_id: str) -> None:
    other = Account(account_id="a1", currency=currency, zone="Asia/Taipei")
    with pytest.raises(InputError, match="account a1 is in the ledger with another person, currency or zone"):
        accounts.add_account(book.conn, other, person_id)


@pytest.mark.parametrize("zone", ["Taipei", "", "../etc"])
def test_a_zone_must_have_a_name_that_the_world_knows(book, zone: str) -> None:
    with pytest.raises(InputError, match="is not the name of a time zone"):
        accounts.add_account(book.conn, Account(account_id="a2", currency="TWD", zone=zone), "p1")


def test_what_is_not_in_the_ledger_is_told(book) -> None:
    with pytest.raises(InputError, match="no account nobody in the ledger"):
        accounts.get_account(book.conn, "nobody")
    with pytest.raises(InputError, match="no account nobody in the ledger"):
        accounts.person_of(book.conn, "nobody")
    with pytest.raises(InputError, match="no person nobody in the ledger"):
        accounts.lock_person(book.conn, "nobody")


def test_the_contact_point_that_became_usable_last_by_the_day_is_used(book) -> None:
    always = ContactPoint("c1", "p1", Channel.FILE, "always")
    from_june = ContactPoint("c2", "p1", Channel.FILE, "from June", date(2005, 6, 1))
    assert accounts.contact_point(book.conn, "p1", Channel.FILE, date(2005, 6, 1)) is None
    assert accounts.add_contact_point(book.conn, always)
    assert accounts.add_contact_point(book.conn, from_june)
    assert not accounts.add_contact_point(book.conn, from_june)
    assert accounts.contact_point(book.conn, "p1", Channel.FILE, date(2005, 5, 31)) == always
    assert accounts.contact_point(book.conn, "p1", Channel.FILE, date(2005, 6, 1)) == from_june


def test_every_point_that_is_usable_by_the_day_is_found_newest_first(book) -> None:
    bound = ContactPoint("c3", "p1", Channel.SMS, "a number", date(2005, 6, 2), Party.SPOUSE, "s1", Place.WORKPLACE)
    shared = ContactPoint("c2", "p1", Channel.LETTER, "a street", None, verified=False, shared=True, zone="Asia/Tokyo")
    always = ContactPoint("c1", "p1", Channel.FILE, "always")
    for point in (bound, shared, always):
        accounts.add_contact_point(book.conn, point)
    assert accounts.contact_points(book.conn, "p1", date(2005, 6, 1)) == (always, shared)
    assert accounts.contact_points(book.conn, "p1", date(2005, 6, 2)) == (bound, always, shared)
    assert accounts.contact_points(book.conn, "p2", date(2005, 6, 2)) == ()


def test_what_is_written_without_more_is_the_debtors_own_and_verified(book) -> None:
    row = {"contact_point_id": "c1", "person_id": "p1", "channel": "file", "address": "x", "usable_from": None}
    bulk_insert(book.conn, contact_points, [row])
    assert accounts.contact_points(book.conn, "p1", date(2005, 6, 1)) == (ContactPoint("c1", "p1", Channel.FILE, "x"),)


def test_the_point_of_another_party_is_not_the_debtors(book) -> None:
    accounts.add_contact_point(book.conn, ContactPoint("c1", "p1", Channel.SMS, "a number", party=Party.SPOUSE))
    assert accounts.contact_point(book.conn, "p1", Channel.SMS, date(2005, 6, 1)) is None


def test_the_zone_of_a_point_must_be_one(book) -> None:
    with pytest.raises(InputError, match="contact point c1: 'Tokyo' is not the name of a time zone"):
        accounts.add_contact_point(book.conn, ContactPoint("c1", "p1", Channel.LETTER, "a street", zone="Tokyo"))


def test_an_address_is_not_shown() -> None:
    assert "street" not in repr(ContactPoint("c1", "p1", Channel.LETTER, "a street"))
