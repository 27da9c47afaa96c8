"""Whether the rules allow a plan: each reason why its terms are forbidden, with the rule and its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.calendar import months_after
from domain.instalments import due_on
from domain.model.duties import PlanRule
from domain.model.pack import Pack
from domain.model.plan import PlanRefusal, PlanTerms

_Found = Iterator[tuple[str, str]]
"""A key of the rule, and what is said of it."""


@dataclass(frozen=True)
class _Stated:
    """What a stack says of plans, and which pack says it."""

    pack: Pack
    rule: PlanRule


def refusals(terms: PlanTerms, packs: Sequence[Pack]) -> tuple[PlanRefusal, ...]:
    """Every reason for which a stack of packs, bases first, forbids the terms; none: they are allowed.

    As with every duty, the pack nearest to the top that states limits of plans gives them whole. That a payment repays
    something is no matter of rules: no plan of ours is without it.
    """
    stated = _stated(packs)
    if stated is None:
        return ()
    source = str(stated.pack.sources[stated.rule.source])
    found = (said for check in (_term, _count, _interest, _fees) for said in check(terms, stated.rule))
    return tuple(PlanRefusal(rule=f"{stated.pack.id}.plan.{key}", why=why, source=source) for key, why in found)


def unjudged(terms: PlanTerms, packs: Sequence[Pack]) -> tuple[str, ...]:
    """What the stack asks of these terms and cannot be told from them, each in a sentence that begins with the rule."""
    stated = _stated(packs)
    if stated is None:
        return ()
    found = (*_unknown_rate(terms, stated.rule), *_moved(stated.rule))
    return tuple(f"{stated.pack.id}.plan.{key}: {why}" for key, why in found)


def _stated(packs: Sequence[Pack]) -> _Stated | None:
    return next((_Stated(pack, pack.plan) for pack in reversed(packs) if pack.plan is not None), None)


def _term(terms: PlanTerms, rule: PlanRule) -> _Found:
    """Months from signing, whatever the rhythm (China: five years, Measures art. 70)."""
    if rule.max_term_months is None:
        return
    latest = months_after(terms.signed_on, rule.max_term_months, terms.signed_on.day)
    last = due_on(terms, terms.count - 1)
    if last > latest:
        allowed = f"at most {rule.max_term_months} months from signing, until {latest}"
        yield "max_term_months", f"{allowed}; the last instalment is due on {last}"


def _count(terms: PlanTerms, rule: PlanRule) -> _Found:
    if rule.max_instalments is not None and terms.count > rule.max_instalments:
        yield "max_instalments", f"at most {rule.max_instalments} instalments, not {terms.count:,}"


def _interest(terms: PlanTerms, rule: PlanRule) -> _Found:
    asked, contract = terms.nominal_percent, terms.contract_percent
    if rule.interest == "must_stop" and asked > 0:
        yield "interest", f"the interest must stop: a rate of {asked} % is not allowed"
    if rule.interest == "must_not_rise" and contract is not None and asked > contract:
        yield "interest", f"the rate must not rise: {asked} % is above the {contract} % of the contract"


def _fees(terms: PlanTerms, rule: PlanRule) -> _Found:
    if rule.fees == "must_waive" and terms.fees:
        yield "fees", f"fees must be waived: {terms.fees} are not allowed"


def _unknown_rate(terms: PlanTerms, rule: PlanRule) -> _Found:
    if rule.interest == "must_not_rise" and terms.nominal_percent > 0 and terms.contract_percent is None:
        yield "interest", "the rate must not be above that of the contract, which was not told"


def _moved(rule: PlanRule) -> _Found:
    if rule.non_business_day != "in_time_next":
        asked = rule.non_business_day.replace("_", " ")
        yield "non_business_day", f"due dates on no business day are to be moved ({asked}); here they are not"
