"""Why a rule refuses, in words for whoever reads a demo's report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product

from domain.compliance.caps import CapJudge
from domain.compliance.holds import HoldJudge, UnknownHoldJudge
from domain.compliance.judge import Judge
from domain.compliance.parties import PartyJudge
from domain.compliance.stack import stack_of
from domain.model.contact import Actor, ContactAsk, Party
from domain.model.pack import Cap, CapUnit, Pack, PartyRule, Window
from domain.model.strategy import Channel

HOLDS = {
    "attorney_represented": "a lawyer or adviser speaks for the customer",
    "bankruptcy": "the customer is bankrupt",
    "cease_communication": "the customer asked not to be contacted again",
    "complaint_open": "a complaint of the customer is not answered yet",
    "deceased": "the customer has died",
    "dispute": "the customer disputes what is asked for",
    "guardian_appointed": "a guardian acts in the customer's place",
    "identity_theft": "the customer says that somebody else used the card",
    "incapacity": "the customer cannot act for themselves any more",
    "letters_only": "the customer wants letters and nothing else",
    "more_time": "the customer needs time, and nothing harsher follows",
    "no_calls": "the customer bears no calls",
    "objection": "the customer's objection is not looked into yet",
    "plan_in_force": "the customer keeps an agreed plan",
    "vulnerability_review": "somebody looks first at what this customer can bear",
}
"""Why a hold refuses, by its id in the packs; others are named by it."""
_UNKNOWN_HOLD = "a hold lies on the customer whose meaning no rule knows"
_WHOLE_DAY = "00:00 to 24:00"
_STOP = "stop."
"""With this the id of an emergency stop begins where a rule's would stand."""
_UNITS = {
    CapUnit.ATTEMPT: "attempts",
    CapUnit.CONNECTED: "attempts that connected",
    CapUnit.CONVERSATION: "conversations",
    CapUnit.CONTACT: "contacts",
    CapUnit.MESSAGE: "messages",
    CapUnit.VISIT: "visits",
}
_PERIODS = {"rolling_dates": "day", "calendar_day": "day", "calendar_week": "week", "calendar_month": "month"}
Told = tuple[str, str]
"""Why a rule refuses, and its source."""


class RuleWords:
    """Reason and source of each rule of some packs, by its id."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._told = dict(_all(packs))

    def all(self) -> Mapping[str, Told]:
        """Every rule that may refuse."""
        return self._told

    def of(self, rule: str) -> Told:
        """What is told of a rule; of one that nobody knows, nothing."""
        if rule.startswith(_STOP):
            return "an operator stopped contact", "emergency stop"
        return self._told.get(rule, ("", ""))


def hours_in_words(pieces: Sequence[Window]) -> str:
    """Why a rule about hours refuses; one that leaves the whole day open refuses by the customer's wish alone."""
    walls = [piece.model_dump(mode="json", include={"open", "close"}) for piece in pieces]
    spans = dict.fromkeys("{open} to {close}".format(**wall) for wall in walls)
    asked = "the customer asked for other hours" if any(piece.narrow_by != "none" for piece in pieces) else ""
    outside = "" if _WHOLE_DAY in spans else f"outside {' and '.join(spans)}"
    return ", or ".join(part for part in (outside, asked) if part)


def cap_in_words(cap: Cap) -> str:
    """At most how many of what in which time, and whose count."""
    unit = _UNITS[cap.unit] if cap.max != 1 else _UNITS[cap.unit].replace("s", "", 1)
    period = _PERIODS[cap.period.kind]
    within = f"a {period}" if cap.period.n == 1 else f"{cap.period.n} {period}s"
    who = "bank and agencies together" if cap.actors_added == "all" else "each collector by itself"
    return f"at most {cap.max} {unit} in {within}, {who}"


def party_in_words(rule: PartyRule) -> str:
    """Why somebody else than the customer is not called, or not yet."""
    party = str(rule.id).replace("_", " ")
    if rule.reach == "never" or rule.content == "none":
        return f"the customer's {party} is never contacted"
    if rule.condition == "debtor_lost":
        return f"the customer's {party} is contacted only when the customer cannot be found"
    return f"the customer's {party} may not be contacted, or not yet, or no more"


def _all(packs: Sequence[Pack]) -> Iterator[tuple[str, Told]]:
    """Id of each rule that may refuse a message or a call, by the bank or an agency, to anyone."""
    stack, hours = stack_of(packs), _hours(packs)
    at = datetime.min.replace(tzinfo=UTC)
    for channel, party, actor in product(Channel, Party, (Actor.AGENCY, Actor.CREDITOR)):
        for judge in stack.applying(ContactAsk(channel=channel, at=at, party=party, actor=actor)).judges:
            yield judge.id, (_reason(judge, hours), judge.source)


def _reason(judge: Judge, hours: Mapping[str, str]) -> str:
    if isinstance(judge, HoldJudge) and judge.hold.id in HOLDS:
        return HOLDS[judge.hold.id]
    if isinstance(judge, UnknownHoldJudge):
        return _UNKNOWN_HOLD
    if isinstance(judge, CapJudge):
        return cap_in_words(judge.cap)
    if isinstance(judge, PartyJudge) and judge.rule.id is not Party.DEBTOR:
        return party_in_words(judge.rule)
    return hours.get(judge.id) or judge.why.replace("_", " ")


def _hours(packs: Sequence[Pack]) -> Mapping[str, str]:
    """Of each rule about hours its reason: the hours of all its pieces, and whether the customer's own wish counts."""
    found: dict[str, list[Window]] = {}
    for pack in packs:
        for window in pack.windows:
            found.setdefault(f"{pack.id}.{window.id}", []).append(window)
    return {rule: hours_in_words(pieces) for rule, pieces in found.items()}
