"""People and accounts that do not exist, to try texts with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from domain.model.bureau import BUREAU_NOTICE, ReportAhead
from domain.model.contact import Party
from domain.model.disputes import DisputeWord
from domain.model.message import NoticeValues
from domain.model.money import Money
from domain.model.promise import PROMISE_REMINDER, Promised
from domain.model.repayment import PLAN_NOTICES, PLAN_REMINDER, PLAN_REPAIR, Planned
from domain.model.thanks import THANK_YOU, Reached, Thanked
from policies.texts.choose import PLEASE_CALL

_NAMES = {"zh": "王小明", "en": "Anna Example"}
_BLANKS = {"zh": "（客户姓名）", "en": "(the customer's name)"}


def blank_name(locale: str) -> str:
    """What stands where a name must be said that the reader finds elsewhere."""
    return _BLANKS.get(locale[:2], _BLANKS["en"])


def sample(notice: str, locale: str) -> NoticeValues:
    """The values with which a notice is previewed."""
    values = NoticeValues(
        customer_name=_NAMES.get(locale[:2], "Anna Example"),
        account_ref="*1234",
        past_due=Money(amount=Decimal("1200.00"), currency="CNY"),
        balance=Money(amount=Decimal("15800.50"), currency="CNY"),
        oldest_due_on=date(2026, 4, 20),
        on=date(2026, 4, 27),
        reference="DC-26-0427",
        verified=True,
    )
    if notice == PROMISE_REMINDER:
        promised = Promised(id="p-1", amount=Money(amount=Decimal("500.00"), currency="CNY"), due_on=date(2026, 5, 8))
        return values.model_copy(update={"promised": promised})
    if notice in PLAN_NOTICES:
        open_of_it = Money(amount=Decimal("500.00"), currency="CNY")
        until = date(2026, 5, 8) if notice == PLAN_REPAIR else None
        planned = Planned(plan="A-1/1/plan/1", no=2, amount=open_of_it, due_on=date(2026, 4, 29), until=until)
        return values.model_copy(update={"planned": planned})
    if notice == BUREAU_NOTICE:
        return values.model_copy(update={"reported": ReportAhead(on=date(2026, 5, 18), record_years=5)})
    if notice == THANK_YOU:
        return values.model_copy(update={"thanked": Thanked(reached=Reached.CURED, record_years=5)})
    return values.model_copy(update={"party": Party.RESERVED_CONTACT}) if notice == PLEASE_CALL else values


def samples(notice: str, locale: str) -> Iterator[tuple[NoticeValues, frozenset[str]]]:
    """Values that reach every branch of a text, each with the tokens that they cannot let it say."""
    whole = sample(notice, locale)
    yield whole, frozenset()
    yield whole.model_copy(update={"customer_name": None, "balance": None}), frozenset({"customer_name", "balance"})
    if notice == PLAN_REMINDER and whole.planned is not None:
        debited = whole.planned.model_copy(update={"debit_on": date(2026, 4, 30)})
        yield whole.model_copy(update={"planned": debited}), frozenset()
    if notice == BUREAU_NOTICE:
        yield whole.model_copy(update={"reported": ReportAhead(on=date(2026, 5, 18))}), frozenset()
    if notice == THANK_YOU:
        for thanked in (Thanked(reached=each, record_years=years) for each in Reached for years in (None, 5)):
            yield whole.model_copy(update={"thanked": thanked}), frozenset()
    for words in ((word,) for word in DisputeWord):
        yield whole.model_copy(update={"disputed": words}), frozenset()
    if notice == PLEASE_CALL:
        yield whole.model_copy(update={"party": Party.DEBTOR, "verified": False}), frozenset()
        yield whole.model_copy(update={"party": Party.DEBTOR, "verified": False, "customer_name": None}), frozenset()
        yield whole.model_copy(update={"party": Party.ATTORNEY}), frozenset()
        yield whole.model_copy(update={"party": Party.ATTORNEY, "customer_name": None}), frozenset()
    else:
        yield whole.model_copy(update={"party": Party.GUARANTOR}), frozenset()
