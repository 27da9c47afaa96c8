"""A mandate of the account "a1", and a debit by it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.model.debits import Debit
from domain.model.money import Money
from ledger.mandates import Mandate

AT = datetime.fromisoformat("2005-06-22T02:00:00+00:00")
DUE_ON = date(2005, 6, 22)


def mandate(mandate_id: str = "m-1", **more: object) -> Mandate:
    said = {
        "account_id": "a1",
        "token": "tok-7",
        "signed_on": date(2005, 6, 1),
        "valid_from": date(2005, 6, 1),
        "evidence": "DOC-7",
        "given_by": "op-1",
        "recorded_at": AT - timedelta(days=9),
        **more,
    }
    return Mandate(mandate_id, **said)


def debit(number: int = 1, **more: object) -> Debit:
    plan = str(more.pop("plan", "a1/1/plan/1"))
    said = {
        "key": f"{plan}/debit/1/{DUE_ON}/{number}",
        "case_id": "a1/1",
        "account_id": "a1",
        "as_of": AT,
        "plan": plan,
        "version": 1,
        "due_on": DUE_ON,
        "attempt": number,
        "amount": Money(amount=Decimal(200), currency="TWD"),
        "mandate": "m-1",
        "on": DUE_ON + timedelta(days=number - 1),
        **more,
    }
    return Debit(**said)
