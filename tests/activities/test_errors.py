import sqlite3
from decimal import Decimal

import pytest
from sqlalchemy.exc import OperationalError
from temporalio.exceptions import ApplicationError

from activities.channels.base import ChannelUnavailable
from activities.errors import ErrorType, told
from domain.model.errors import InputError, SurroundingsError
from domain.model.money import Money


def away() -> OperationalError:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("SELECT secret FROM persons WHERE name = ?", ("Ms Canary",), cause)


def failure_of(error: Exception) -> ApplicationError:
    with pytest.raises(ApplicationError) as caught, told():
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (away(), ErrorType.LEDGER_UNAVAILABLE),
        (ChannelUnavailable("the outbox is full"), ErrorType.CHANNEL_UNAVAILABLE),
        (SurroundingsError("the schema is old"), ErrorType.SURROUNDINGS),
        (InputError("no account 7"), ErrorType.UNEXPECTED),
        (KeyError("Ms Canary"), ErrorType.UNEXPECTED),
    ],
)
def test_every_failure_is_of_the_closed_list_and_is_tried_again(error: Exception, kind: ErrorType) -> None:
    failure = failure_of(error)
    assert failure.type == kind
    assert not failure.non_retryable


@pytest.mark.parametrize("error", [away(), KeyError("Ms Canary"), ValueError("Ms Canary\nlives here")])
def test_neither_statement_nor_value_leaves_with_a_failure(error: Exception) -> None:
    failure = failure_of(error)
    assert failure.__cause__ is None
    assert failure.__suppress_context__
    assert "Canary" not in str(failure)
    assert "SELECT" not in str(failure)
    assert "\n" not in str(failure)


def test_a_bug_is_named_by_kind_and_place() -> None:
    with pytest.raises(ApplicationError, match=r"InvalidOperation in domain/model/money\.py:\d+: a bug"), told():
        str(Money.model_construct(amount=Decimal("sNaN"), currency="TWD").minor)


def test_a_failure_that_is_told_already_stays_as_it_is() -> None:
    told_before = ApplicationError("clear", type="LedgerUnavailable")
    assert failure_of(told_before) is told_before
