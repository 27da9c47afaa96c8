"""Requests: the same message id has the same answer, for ever."""

from datetime import UTC, datetime

from domain.model.events import Answer
from ledger import requests

AT = datetime(2005, 6, 21, 1, tzinfo=UTC)
YES, NO = Answer(id="m-1", accepted=True, text="Held."), Answer(id="m-2", accepted=False, text="Not held: “closed”.")


def test_answers_are_found_by_message_id(book) -> None:
    row, _ = book.open_case(AT)
    assert requests.store(book.conn, row.case_id, 1, (YES, NO), AT) == 2
    assert requests.find(book.conn, row.case_id, ["m-1", "m-2", "m-3"], 1) == {"m-1": YES, "m-2": NO}
    assert requests.find(book.conn, row.case_id, ["m-3"], 1) == {}
    assert requests.find(book.conn, row.case_id, [], 1) == {}


def test_the_first_answer_stays(book) -> None:
    row, _ = book.open_case(AT)
    requests.store(book.conn, row.case_id, 1, [YES], AT)
    assert requests.store(book.conn, row.case_id, 2, [YES.model_copy(update={"accepted": False})], AT) == 0
    assert requests.store(book.conn, row.case_id, 2, [], AT) == 0
    assert requests.find(book.conn, row.case_id, {"m-1"}, 2) == {"m-1": YES}


def test_an_answer_of_a_step_that_the_case_never_adopted_is_none_and_is_replaced(book) -> None:
    row, _ = book.open_case(AT)
    requests.store(book.conn, row.case_id, 5, [YES], AT)
    assert requests.find(book.conn, row.case_id, ["m-1"], 4) == {}
    changed = YES.model_copy(update={"accepted": False})
    assert requests.store(book.conn, row.case_id, 5, [changed], AT) == 1
    assert requests.find(book.conn, row.case_id, ["m-1"], 5) == {"m-1": changed}
