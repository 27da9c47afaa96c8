"""Workflows call an activity by its port: the implementation must answer to the same name, and never be cut off."""

from collections.abc import Callable

import pytest
from temporalio import activity

from activities.advance import CaseActivities
from activities.debiting import Debits
from activities.health import LedgerActivities
from activities.messaging import Messaging
from activities.money import Cards
from workflows.ports.case import CardsPort, CasePort, DebitsPort, LedgerPort, MessagingPort


@pytest.mark.parametrize(
    ("port", "implementation"),
    [
        (CasePort.advance, CaseActivities.advance),
        (LedgerPort.await_ledger, LedgerActivities.await_ledger),
        (MessagingPort.send_notice, Messaging.send_notice),
        (CardsPort.adjust, Cards.adjust),
        (DebitsPort.debit, Debits.debit),
    ],
)
def test_an_activity_answers_to_the_name_of_its_port(
    port: Callable[..., object], implementation: Callable[..., object]
) -> None:
    asked = activity._Definition.must_from_callable(port)
    answers = activity._Definition.must_from_callable(implementation)
    assert answers.name == asked.name
    assert answers.no_thread_cancel_exception
