"""Compiling: each rule of a pack that fits a kind of question becomes a judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.compliance.caps import CapJudge
from domain.compliance.consents import ChannelConsentJudge
from domain.compliance.cooldowns import CooldownJudge
from domain.compliance.holds import HoldJudge, UnknownHoldJudge
from domain.compliance.judge import Judge, told
from domain.compliance.notices import NoticeJudge
from domain.compliance.optouts import OptOutJudge
from domain.compliance.parties import NoPartyJudge, PartyJudge
from domain.compliance.predicates import holds_of
from domain.compliance.scopes import match_of
from domain.compliance.surroundings import ExpiredJudge, ZoneJudge
from domain.compliance.units import channels_of, outcomes_of
from domain.compliance.windows import HolidayWarning, WindowJudge
from domain.model.contact import Actor, Party, Place
from domain.model.pack import Consent, Effect, Pack, PartyRule, Window
from domain.model.representative import AUTHORITY
from domain.model.strategy import Channel

Question = tuple[Actor, Party, Channel, Place]
_GATE = "the gate itself"


def surroundings(packs: Sequence[Pack]) -> Iterator[Judge]:
    yield ZoneJudge("gate.zone_evidence", _GATE, "no evidence tells in which time zone the person is", False)
    for pack in packs:
        if pack.pack.valid_to is not None:
            why = f"the rules of {pack.id} ended on {pack.pack.valid_to}"
            first = pack.clock.multi_zone == "first"
            yield ExpiredJudge(f"{pack.id}.expired", pack.pack.title, why, first, pack.pack.valid_to)


def holds(pack: Pack, question: Question) -> Iterator[Judge]:
    _, party, channel, place = question
    for rule in pack.holds:
        if channel not in rule.channels:
            continue
        of_debtor = party in rule.parties
        # Holds of others close the door of those others whatever the rule says: only the debtor is none of them.
        if rule.place in (None, place) and (of_debtor or party is not Party.DEBTOR):
            yield HoldJudge(*told(pack, rule, f"the hold {rule.id} is in force"), rule, of_debtor)


def unknown_holds(packs: Sequence[Pack]) -> Iterator[Judge]:
    known = frozenset(rule.id for pack in packs for rule in pack.holds)
    yield UnknownHoldJudge("gate.unknown_hold", _GATE, "a hold is on record that no pack knows", False, known)


def parties(pack: Pack, question: Question) -> Iterator[Judge]:
    for rule in pack.parties:
        if rule.id is question[1]:
            predicate = next((p for p in pack.predicates if p.id == rule.condition), None)
            yield PartyJudge(
                *told(pack, rule, _why_no_party(rule)),
                rule,
                predicate,
                next(iter(_consents(pack, (rule.condition,), "third_party")), None),
                holds_of(pack, predicate) if predicate else (),
            )


def _why_no_party(rule: PartyRule) -> str:
    party = rule.id.replace("_", " ")
    if rule.condition == AUTHORITY:
        return f"nobody has checked that this {party} may speak for the customer, or they may no more"
    return f"the {party} may not be reached, or not yet, or no more"


def no_party(party: Party) -> Iterator[Judge]:
    why = "no pack says that this party may be reached"
    if party is Party.SUPPLEMENTARY_CARDHOLDER:
        why = "a supplementary cardholder does not owe, and no pack lets them be asked"
    yield NoPartyJudge("gate.party", _GATE, why, False)


def notices(pack: Pack, question: Question) -> Iterator[tuple[Judge, Effect]]:
    actor, _, channel, _ = question
    before = {"collect_contact"} if actor is Actor.CREDITOR else {"collect_contact", "agency_contact"}
    for rule in pack.notices:
        if rule.required_before in before:
            may_leave = not rule.delivery or channel in rule.delivery
            about = told(pack, rule, f"the notice {rule.id} must be given first")
            yield NoticeJudge(*about, rule, may_leave), Effect.DENY


def opt_outs(pack: Pack, question: Question) -> Iterator[tuple[Judge, Effect]]:
    for rule in pack.opt_outs:
        if question[2] in rule.channels:
            yield OptOutJudge(*told(pack, rule, "the customer wants no more of these messages"), rule), Effect.DENY


def channel_consents(pack: Pack, question: Question) -> Iterator[tuple[Judge, Effect]]:
    for rule in pack.consents:
        if rule.grants == "channel" and question[2] in rule.channels:
            why = f"the channel is closed without the consent {rule.id}"
            yield ChannelConsentJudge(*told(pack, rule, why), rule), Effect.DENY


def windows(pack: Pack, question: Question) -> Iterator[tuple[Judge, Effect]]:
    _, party, channel, place = question
    pieces: dict[str, list[Window]] = {}
    for rule in pack.windows:
        if channel in rule.channels and party in rule.parties and rule.place in (None, place):
            pieces.setdefault(rule.id, []).append(rule)
    for union in pieces.values():
        about = told(pack, union[0], "it is outside of the hours of contact")
        judge = WindowJudge(*about, tuple(union), pack.holidays, pack.clock.stop_dialling_before_close)
        yield judge, Effect.WARN if all(piece.effect is Effect.WARN for piece in union) else Effect.DENY
        if any(piece.on_holiday == "warn" for piece in union):
            yield HolidayWarning(*about, judge), Effect.WARN


def cooldowns(pack: Pack, question: Question) -> Iterator[tuple[Judge, Effect]]:
    _, party, channel, _ = question
    for rule in pack.cooldowns:
        if channel in rule.blocks.channels and party in rule.blocks.parties:
            about = told(pack, rule, f"{rule.days} days follow each {rule.after.event.replace('_', ' ')}")
            match = match_of(rule.scope, rule.actors_added)
            yield CooldownJudge(*about, rule, match, _consents(pack, rule.ignore_while)), rule.effect


def caps(pack: Pack, question: Question) -> Iterator[tuple[Judge, Effect]]:
    _, party, channel, place = question
    for rule in pack.caps:
        if channel in rule.channels and party in rule.parties and rule.place in (None, place):
            why = f"at most {rule.max} of the unit {rule.unit} in {rule.period.n} {rule.period.kind.replace('_', ' ')}"
            yield (
                CapJudge(
                    *told(pack, rule, why),
                    rule,
                    match_of(rule.scope, rule.actors_added, any_debt=rule.debts_mode == "any_debt"),
                    outcomes_of(rule.unit, rule.outcomes_excluded),
                    channels_of(rule.unit, rule.channels),
                    frozenset(rule.directions),
                    _consents(pack, rule.ignore_while),
                ),
                rule.effect,
            )


def _consents(pack: Pack, ids: Sequence[str | None], grants: str | None = None) -> tuple[Consent, ...]:
    return tuple(rule for rule in pack.consents if rule.id in ids and grants in (None, rule.grants))
