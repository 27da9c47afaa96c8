"""What happened to an agency, or did not, that keeps accounts from it: evaluation, training, the public list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.agencies.stated import Bars, Judged
from domain.calendar import months_after
from domain.model.agency import Contract
from domain.model.agency_events import AgencyEvent, AgencyEventKind, EvaluationOutcome


def event_bars(judged: Judged) -> Bars:
    """Every reason that events give on the day."""
    yield from _evaluation(judged)
    yield from _training(judged)
    if judged.rule.publish_list and not judged.known.is_published:
        yield judged.stated.bar("publish_list", "it is not on the bank's public list: publish it")


def evaluate_by(judged: Judged) -> date | None:
    """The last day for the next evaluation; None: no rule asks for one. Needed at once, it is the day itself.

    Once in so many months, and once in the term of each contract, by its last day (China: GB/T 45251-2025).
    """
    rule, last = judged.rule.evaluate, _last_evaluation(judged)
    if rule is None:
        return None
    if last is None or any(_evaluation(judged)):
        return judged.today
    days = [_good_until(last.on, rule.every_months)]
    contract = judged.file.contract_on(judged.today)
    if rule.and_before_renewal and contract is not None and contract.valid_until and last.on < contract.valid_from:
        days.append(contract.valid_until)
    return min(days)


def turning_days(judged: Judged) -> Iterator[date]:
    """The days from which an evaluation or a training counts, or counts no more."""
    spans = {AgencyEventKind.EVALUATED: judged.rule.evaluate, AgencyEventKind.TRAINED: judged.rule.train}
    for event in judged.known.events:
        span = spans.get(event.kind)
        if span is not None:
            yield event.on
            yield _day_after(_good_until(event.on, span.every_months))
    since = _trained_since(judged)
    if judged.rule.train is not None and since is not None:
        yield _day_after(_good_until(since, judged.rule.train.every_months))


def _evaluation(judged: Judged) -> Bars:
    rule, last, bar = judged.rule.evaluate, _last_evaluation(judged), judged.stated.bar
    if rule is None:
        return
    if last is None:
        yield bar("evaluate", f"it was never evaluated, and must be every {rule.every_months} months: evaluate it")
        return
    if last.outcome is EvaluationOutcome.FAILED:
        yield bar("evaluate.outcome", f"it failed its evaluation of {last.on}: nothing new until it passes one")
    if _good_until(last.on, rule.every_months) < judged.today:
        yield bar("evaluate", f"its evaluation of {last.on} is older than {rule.every_months} months: evaluate it")
    contract = judged.file.contract_on(judged.today)
    renewed = None if contract is None else judged.known.before(contract)
    if rule.and_before_renewal and renewed is not None and contract is not None and last.on < renewed.valid_from:
        yield bar("evaluate.and_before_renewal", _renewed(contract, renewed))


def _renewed(contract: Contract, before: Contract) -> str:
    return f"the contract {contract.reference} renews {before.reference}, under which it was not evaluated: evaluate it"


def _training(judged: Judged) -> Bars:
    rule, since = judged.rule.train, _trained_since(judged)
    if rule is None:
        return
    if since is None:
        if rule.before_start:
            why = "its collectors were never trained: train them before they start"
            yield judged.stated.bar("train.before_start", why)
    elif _good_until(since, rule.every_months) < judged.today:
        why = f"its collectors had to be trained within {rule.every_months} months of {since}: train them"
        yield judged.stated.bar("train", why)


def _trained_since(judged: Judged) -> date | None:
    """The day of the last training; without one, where none is needed before the start, that of the first contract."""
    last, rule = judged.known.latest(AgencyEventKind.TRAINED, judged.today), judged.rule.train
    if last is not None:
        return last.on
    needed = rule is None or rule.before_start
    return None if needed else min((each.valid_from for each in judged.file.contracts), default=None)


def _last_evaluation(judged: Judged) -> AgencyEvent | None:
    return judged.known.latest(AgencyEventKind.EVALUATED, judged.today)


def _good_until(on: date, months: int) -> date:
    return months_after(on, months, on.day)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
