"""The record: what the gate may know of a person, in two statements by index."""

from datetime import UTC, datetime, timedelta

from domain.model.contact import ContactAsk, FactKind, Outcome, Party, PastContact, PastFact, Record
from domain.model.strategy import Channel
from ledger import contacts, person_facts
from ledger.contacts import Contact
from ledger.person_facts import PersonFact
from ledger.record import read_record

AS_OF = datetime(2005, 6, 24, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def call(book, contact_id: str, at: datetime, outcome: Outcome = Outcome.NO_ANSWER, party=Party.DEBTOR) -> PastContact:
    made = PastContact(at=at, channel=Channel.CALL, outcome=outcome, party=party)
    contacts.add(book.conn, Contact(contact_id, "p1", made))
    return made


def hold(book, fact_id: str, at: datetime) -> PastFact:
    fact = PastFact(at=at, kind=FactKind.HOLD, name="cease")
    person_facts.add(book.conn, PersonFact(fact_id, "p1", fact, at))
    return fact


def test_a_person_without_a_record_has_zones_only(book) -> None:
    assert read_record(book.conn, "p1", AS_OF, ["Asia/Taipei"]) == Record(zones=("Asia/Taipei",))


def test_the_record_has_contacts_and_facts_oldest_first(book) -> None:
    second, first = call(book, "k1", AS_OF), call(book, "k2", AS_OF - DAY)
    late, early = hold(book, "f1", AS_OF), hold(book, "f2", AS_OF - 900 * DAY)
    assert read_record(book.conn, "p1", AS_OF, ()) == Record(contacts=(first, second), facts=(early, late))


def test_what_lies_after_the_instant_is_not_known_but_what_is_pending(book) -> None:
    call(book, "k1", AS_OF + DAY)
    hold(book, "f1", AS_OF + DAY)
    pending = call(book, "k2", AS_OF + DAY, Outcome.PENDING)
    assert read_record(book.conn, "p1", AS_OF, ()) == Record(contacts=(pending,))


def test_what_was_cancelled_or_withdrawn_counts_for_nothing(book) -> None:
    contacts.add(book.conn, Contact.pending("k1", "p1", ContactAsk(channel=Channel.CALL, at=AS_OF)))
    contacts.cancel(book.conn, "k1", AS_OF)
    hold(book, "f1", AS_OF - DAY)
    person_facts.withdraw(book.conn, "f1", AS_OF, "op-1", "wrong")
    assert read_record(book.conn, "p1", AS_OF, ()) == Record()


def test_of_long_ago_only_what_may_count_for_ever_is_read(book) -> None:
    long_ago = AS_OF - 400 * DAY
    call(book, "k1", long_ago)
    kept = [
        call(book, "k2", long_ago - 2 * DAY, Outcome.CONVERSATION),
        call(book, "k3", long_ago - DAY, Outcome.PENDING),
        call(book, "k4", long_ago, party=Party.SPOUSE),
        call(book, "k5", long_ago + timedelta(microseconds=1)),
    ]
    assert read_record(book.conn, "p1", AS_OF, ()).contacts == tuple(kept)
    assert len(read_record(book.conn, "p1", AS_OF, (), look_back_days=500).contacts) == 5


def test_the_record_takes_two_statements_and_each_uses_an_index(book, statements_of) -> None:
    call(book, "k1", AS_OF)
    hold(book, "f1", AS_OF)
    with statements_of(book.conn) as statements:
        read_record(book.conn, "p1", AS_OF, ())
    assert len(statements) == 2
    assert statements.reading_whole_tables() == []


def test_the_record_of_another_person_stays_theirs(book) -> None:
    call(book, "k1", AS_OF)
    hold(book, "f1", AS_OF)
    assert read_record(book.conn, "p2", AS_OF, ()) == Record()
