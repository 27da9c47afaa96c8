"""Evidence of zones: what the person said, where addresses lie, which numbers they have, where the account is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.contact import FactKind, Party, PastFact
from domain.model.errors import InputError
from domain.model.strategy import Channel
from ledger import accounts, person_facts
from ledger.accounts import ContactPoint
from ledger.person_facts import PersonFact
from ledger.zone_evidence import ZoneEvidence, zone_evidence

AS_OF = datetime(2005, 6, 24, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def evidence(book, as_of: datetime = AS_OF, party: Party = Party.DEBTOR) -> ZoneEvidence:
    return zone_evidence(book.conn, "p1", "a1", as_of, party)


def say(book, fact_id: str, zone: str, at: datetime, **more) -> None:
    fact = PastFact(at=at, kind=FactKind.ZONE, name=zone, **more)
    person_facts.add(book.conn, PersonFact(fact_id, "p1", fact, at))


def reach(book, point_id: str, channel: Channel, **more) -> None:
    accounts.add_contact_point(book.conn, ContactPoint(point_id, "p1", channel, f"at {point_id}", **more))


def test_without_anything_else_there_is_the_account(book) -> None:
    assert evidence(book) == ZoneEvidence((), (), (), "Asia/Taipei")


def test_addresses_give_their_zone_and_telephones_their_number_newest_first(book) -> None:
    reach(book, "c1", Channel.LETTER, zone="Asia/Tokyo")
    reach(book, "c2", Channel.CALL)
    reach(book, "c3", Channel.SMS, usable_from=date(2005, 6, 1))
    reach(book, "c4", Channel.EMAIL)
    reach(book, "c5", Channel.VISIT, zone="Asia/Seoul", usable_from=date(2005, 6, 24))
    reach(book, "c6", Channel.CALL, usable_from=date(2005, 6, 25))
    reach(book, "c7", Channel.LETTER, zone="Asia/Tokyo")
    reach(book, "c8", Channel.CALL, party=Party.SPOUSE)
    found = evidence(book)
    assert found.addresses == ("Asia/Seoul", "Asia/Tokyo")
    assert found.phones == ("at c3", "at c2")
    assert evidence(book, party=Party.SPOUSE).phones == ("at c8",)
    assert "at c3" not in repr(found)


def test_the_day_is_that_of_the_account(book) -> None:
    reach(book, "c1", Channel.CALL, usable_from=date(2005, 6, 25))
    assert evidence(book, datetime(2005, 6, 24, 15, 59, tzinfo=UTC)).phones == ()
    assert evidence(book, datetime(2005, 6, 24, 16, tzinfo=UTC)).phones == ("at c1",)


def test_what_was_declared_last_counts_and_when_it_ends_the_one_before(book) -> None:
    say(book, "f1", "Asia/Taipei", AS_OF - 9 * DAY)
    say(book, "f2", "Europe/Paris", AS_OF - DAY, until=AS_OF + DAY)
    assert evidence(book, AS_OF - 2 * DAY).declared == ("Asia/Taipei",)
    assert evidence(book).declared == ("Europe/Paris",)
    assert evidence(book, AS_OF + DAY).declared == ("Asia/Taipei",)


def test_declared_for_some_days_it_ends_at_midnight_there(book) -> None:
    said_at = datetime(2005, 6, 24, 16, tzinfo=UTC)  # the 25th in Taipei
    say(book, "f1", "Asia/Taipei", said_at, days=2)
    assert evidence(book, datetime(2005, 6, 26, 15, 59, tzinfo=UTC)).declared == ("Asia/Taipei",)
    assert evidence(book, datetime(2005, 6, 26, 16, tzinfo=UTC)).declared == ()


def test_two_zones_declared_at_once_both_count(book) -> None:
    say(book, "f1", "Asia/Taipei", AS_OF)
    say(book, "f2", "Europe/Paris", AS_OF)
    say(book, "f3", "Asia/Tokyo", AS_OF, party=Party.SPOUSE)
    assert evidence(book).declared == ("Asia/Taipei", "Europe/Paris")


def test_an_account_that_is_not_there_is_told(book) -> None:
    with pytest.raises(InputError, match="no account none in the ledger"):
        zone_evidence(book.conn, "p1", "none", AS_OF)
