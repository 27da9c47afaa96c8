"""Statements of an account."""

from datetime import date

from ledger import statements
from ledger.statements import Statement


def test_the_statements_closed_by_a_day_come_oldest_first(book) -> None:
    april, may = Statement(date(2005, 4, 30), book.money(100)), Statement(date(2005, 5, 31), book.money(-20))
    assert statements.add(book.conn, "a1", may)
    assert statements.add(book.conn, "a1", april)
    assert not statements.add(book.conn, "a1", may)
    assert statements.closed_by(book.conn, "a1", date(2005, 5, 30)) == (april,)
    assert statements.closed_by(book.conn, "a1", date(2005, 5, 31)) == (april, may)
