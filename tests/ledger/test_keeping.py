"""What a step has the ledger keep: stored once, and the first content under an id stays."""

from datetime import UTC, datetime, timedelta

from domain.model.entries import AddTask, ClosePermit, GivePermit, KeepContact
from domain.model.permits import PermitGiven, PermitState, ReportContact, RequestContact
from ledger import audit, contacts, keeping, permits, tasks
from ledger.keeping import Kept

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
LATER = AT + timedelta(minutes=3)
GIVEN = PermitGiven(permit_id="a1/1/permit/r", valid_from=AT, expires_at=AT + timedelta(hours=1))
PERMIT = GivePermit(request=RequestContact(id="r"), given=GIVEN)
BACK = ClosePermit(permit_id=GIVEN.permit_id, how="cancelled")


def keep(book, *entries, at=AT) -> list[str]:
    """The kinds of the audit rows that are there afterwards."""
    row, _ = book.open_case(AT)
    keeping.keep(book.conn, entries, Kept(row.case_id, "a1", "p1", at))
    return [link.kind for link in audit.rows(book.conn, row.case_id)]


def barred(*rules: str) -> AddTask:
    return AddTask(task_id="barred/a1/1", task="barred", detail={"rules": rules, "step": "first"})


def test_a_task_is_added_once_whatever_a_second_run_says(book) -> None:
    keep(book, barred("xx.stop", "xx.cease"))
    assert keep(book, barred("xx.cease"), at=LATER) == []
    (task,) = tasks.open_tasks(book.conn, 10)
    assert (task.detail, task.at) == ({"rules": ["xx.stop", "xx.cease"], "step": "first"}, AT)
    assert (task.case_id, task.account_id, task.person_id) == ("a1/1", "a1", "p1")


def test_a_permit_is_given_and_closed_once(book) -> None:
    assert keep(book, PERMIT, BACK) == ["permit_given", "permit_closed"]
    assert keep(book, PERMIT, BACK, at=LATER) == ["permit_given", "permit_closed"]
    found = permits.get(book.conn, GIVEN.permit_id)
    assert found is not None
    assert (found.state, found.issued_at, found.contact.cancelled_at) == (PermitState.CANCELLED, AT, AT)


def test_a_permit_that_is_taken_back_within_its_time_counts_and_is_told_so_once(book) -> None:
    over = ClosePermit(permit_id=GIVEN.permit_id, how="taken_back")
    assert keep(book, PERMIT) == ["permit_given"]
    for at in (LATER, LATER + timedelta(minutes=3)):
        assert keep(book, over, at=at) == ["permit_given", "permit_closed"]
    found = permits.get(book.conn, GIVEN.permit_id)
    assert found is not None
    assert (found.state, found.contact.made.outcome) == (PermitState.EXPIRED, "unreported")
    assert (found.contact.reported_at, found.contact.cancelled_at) == (LATER, None)
    (_, row) = audit.rows(book.conn, "a1/1")
    assert row.content == {"permit": GIVEN.permit_id, "how": "taken_back"}


def test_the_person_that_a_report_names_is_kept(book) -> None:
    asked = RequestContact(id="r", party="guarantor")
    told = ReportContact(
        id="c", permit_id=GIVEN.permit_id, party="guarantor", party_id="bob", outcome="busy", made_at=AT
    )
    keep(book, GivePermit(request=asked, given=GIVEN), KeepContact(contact_id=GIVEN.permit_id, report=told))
    found = permits.get(book.conn, GIVEN.permit_id)
    assert found is not None
    assert found.contact.made.party_id == "bob"


def test_a_contact_of_an_id_stays_as_it_was_first_told(book) -> None:
    for outcome in ("busy", "conversation"):
        told = ReportContact(id="c", outcome=outcome, made_at=AT)
        kinds = keep(book, KeepContact(contact_id="a1/1/report/c", report=told, breach="no_permit"))
    (contact,) = contacts.of_person(book.conn, "p1")
    assert (contact.made.outcome, contact.breach, kinds) == ("busy", "no_permit", ["contact_reported"])


def sealed(book, number: int):
    return audit.rows(book.conn, "a1/1")[number - 1].content


def test_a_permit_seals_where_and_what_for_it_was_given(book) -> None:
    asked = RequestContact(id="r", place="workplace")
    keep(book, GivePermit(request=asked, given=GIVEN))
    given = sealed(book, 1)
    assert (given["place"], given["purpose"], given["notice"]) == ("workplace", "collect", None)


def test_a_report_seals_all_that_the_ledger_has_of_its_contact(book) -> None:
    told = ReportContact(id="c", outcome="busy", made_at=AT, place="workplace", consented="agreed_calls")
    keep(book, KeepContact(contact_id="a1/1/report/c", report=told))
    reported = sealed(book, 1)
    assert (reported["place"], reported["purpose"], reported["notice"]) == ("workplace", "collect", None)
    assert reported["consented"] == "agreed_calls"


def test_what_a_report_leaves_to_its_permit_is_sealed_as_it_was_permitted(book) -> None:
    asked = RequestContact(id="r", place="workplace")
    told = ReportContact(id="c", permit_id=GIVEN.permit_id, outcome="busy", made_at=AT, consented="agreed_calls")
    keep(book, GivePermit(request=asked, given=GIVEN), KeepContact(contact_id=GIVEN.permit_id, report=told))
    assert (sealed(book, 2)["place"], sealed(book, 2)["consented"]) == ("workplace", "agreed_calls")
