"""Whoever changes the ledger, or its rows of evidence, is found by the one that tells otherwise, and nobody else is."""

from __future__ import annotations

import pytest

from tests.starter.planting_records import OF_MESSAGES, OF_PERMITS, OF_ROWS, Plant, honest
from tests.starter.portfolio import Portfolio, found


def test_of_a_ledger_that_nobody_touched_nothing_is_said(book: Portfolio) -> None:
    honest(book)
    audited = book.audit()
    assert (audited.contacts, audited.breaches, audited.tampered) == (4, (), ())


@pytest.mark.parametrize("plant", [*OF_MESSAGES, *OF_PERMITS, *OF_ROWS], ids=str)
def test_what_somebody_did_to_the_ledger_is_found_and_nothing_else_is(book: Portfolio, plant: Plant) -> None:
    plant(book)
    audited = book.audit()
    assert found(audited) == sorted(plant.breaches)
    assert [(row.case_id, row.case_seq, row.what) for row in audited.tampered] == list(plant.tampered)
    assert all(row.why for row in audited.tampered)
    assert "-mail" not in str(audited), "no contact point is told"
