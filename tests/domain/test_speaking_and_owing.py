"""Gate and auditor, under every pack: who speaks for a customer, and who owes with them or does not."""

from datetime import timedelta

import pytest

from domain.audit.judge import breaches
from domain.compliance.gate import check
from domain.model.contact import Actor, ContactAsk, FactKind, Outcome, Party, PastContact, PastFact, Record
from domain.model.representative import RepresentativeKind
from domain.model.strategy import Channel
from domain.representing import facts_of
from policies import load_rules, pack_names
from tests.domain.test_representing import CHECKED_AT, NOON, ZONE, says

KINDS = list(RepresentativeKind)


def judged(packs, party, *facts, calls=(), channel=Channel.LETTER, debts=("A-1",), **who):
    """What the gate says, after the auditor has said the same."""
    collector = "north" if who.get("actor") is Actor.AGENCY else "bank"
    ask = ContactAsk(channel, NOON, debts, party=party, collector=collector, **who)
    record = Record((ZONE,), calls, facts)
    verdict = check(ask, record, packs)
    assert set(verdict.refused_by) == set(breaches(ask, record, packs))
    return verdict


@pytest.mark.parametrize("rules", pack_names())
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("actor", [Actor.CREDITOR, Actor.AGENCY])
def test_under_every_pack_nobody_speaks_for_the_customer_before_the_check(rules, kind, actor) -> None:
    packs, rule = load_rules(rules).packs, f"base.{kind.party}"
    given = tuple(facts_of(says(kind), CHECKED_AT, ZONE).values())
    before = judged(packs, kind.party, party_id="adv-7", actor=actor)
    (why,) = (refusal.why for refusal in before.refusals if refusal.rule == rule)
    party = kind.party.replace("_", " ")
    assert why == f"nobody has checked that this {party} may speak for the customer, or they may no more"
    after = judged(packs, kind.party, *given, party_id="adv-7", actor=actor)
    assert set(before.refused_by) - set(after.refused_by) == {rule}
    assert rule in judged(packs, kind.party, *given, party_id="adv-8", actor=actor).refused_by
    assert rule in judged(packs, kind.party, *given, actor=actor).refused_by, "it may be anybody"


@pytest.mark.parametrize("rules", pack_names())
@pytest.mark.parametrize("kind", KINDS)
def test_under_every_pack_the_customer_is_left_alone_where_the_kind_says_so(rules, kind) -> None:
    packs = load_rules(rules).packs
    given = tuple(facts_of(says(kind, accounts=("A-1",)), CHECKED_AT, ZONE).values())
    refused = judged(packs, Party.DEBTOR, *given).refused_by
    assert (f"base.{kind.hold}" in refused) is (kind.hold is not None)
    assert "gate.unknown_hold" not in refused
    other = judged(packs, Party.DEBTOR, *given, debts=("A-2",)).refused_by
    assert "base.attorney_represented" not in other, "the lawyer speaks for one debt"


def test_an_authority_for_one_account_is_none_for_another_or_for_all() -> None:
    given = tuple(facts_of(says(accounts=("A-1",)), CHECKED_AT, ZONE).values())
    packs = load_rules("cn").packs
    allowed = [
        judged(packs, Party.ATTORNEY, *given, party_id="adv-7", debts=debts).allowed
        for debts in (("A-1",), ("A-2",), ("A-1", "A-2"), ())
    ]
    assert allowed == [True, False, False, False]


@pytest.mark.parametrize("rules", pack_names())
def test_under_no_pack_a_supplementary_cardholder_is_asked(rules) -> None:
    verdict = judged(load_rules(rules).packs, Party.SUPPLEMENTARY_CARDHOLDER, party_id="sup-1")
    (why,) = (refusal.why for refusal in verdict.refusals if refusal.rule == "gate.party")
    assert why == "a supplementary cardholder does not owe, and no pack lets them be asked"


# --- guarantors have rights of their own


def fact(kind, name="", **more):
    return PastFact(CHECKED_AT, kind, name=name, **more)


@pytest.mark.parametrize("rules", pack_names())
@pytest.mark.parametrize(
    "said",
    [
        {"kind": FactKind.HOLD, "name": "cease_communication"},
        {"kind": FactKind.HOLD, "name": "attorney_represented"},
        {"kind": FactKind.OPT_OUT, "channel": Channel.LETTER},
        {"kind": FactKind.INCONVENIENT_WINDOW, "opens": 0, "closes": 1440},
    ],
    ids=lambda said: said.get("name") or said["kind"].value,
)
def test_what_a_customer_asks_for_is_theirs_and_what_a_guarantor_asks_for_the_guarantors(rules, said) -> None:
    packs = load_rules(rules).packs
    of_debtor = fact(**said)
    of_guarantor = fact(**said, party=Party.GUARANTOR, party_id="g-1")
    plain = set(judged(packs, Party.GUARANTOR, party_id="g-1").refused_by)
    assert set(judged(packs, Party.GUARANTOR, of_debtor, party_id="g-1").refused_by) == plain
    assert set(judged(packs, Party.GUARANTOR, of_guarantor, party_id="g-1").refused_by) > plain
    assert set(judged(packs, Party.GUARANTOR, of_guarantor, party_id="g-2").refused_by) == plain
    assert set(judged(packs, Party.DEBTOR, of_guarantor).refused_by) == set(judged(packs, Party.DEBTOR).refused_by)


@pytest.mark.parametrize("rules", pack_names())
@pytest.mark.parametrize(("called", "asked"), [(Party.DEBTOR, Party.GUARANTOR), (Party.GUARANTOR, Party.DEBTOR)])
def test_what_was_tried_with_one_who_owes_counts_for_that_one_alone(rules, called, asked) -> None:
    packs = load_rules(rules).packs
    calls = tuple(
        PastContact(NOON - timedelta(hours=hours), Channel.CALL, outcome, party=called, debts=("A-1",))
        for hours in (24, 4, 3, 2, 1)
        for outcome in (Outcome.NO_ANSWER, Outcome.CONVERSATION)
    )
    plain = judged(packs, asked, channel=Channel.CALL)
    after = judged(packs, asked, calls=calls, channel=Channel.CALL)
    assert (after.refused_by, after.conditions) == (plain.refused_by, plain.conditions)


def test_the_calls_of_one_guarantor_do_not_fill_the_cap_of_another() -> None:
    packs = load_rules("cn").packs
    calls = tuple(
        PastContact(
            NOON - timedelta(hours=hours), Channel.CALL, Outcome.CONVERSATION, party=Party.GUARANTOR, party_id="g-1"
        )
        for hours in (3, 2, 1)
    )
    refused = [
        judged(packs, Party.GUARANTOR, calls=calls, channel=Channel.CALL, party_id=name).refused_by
        for name in ("g-1", "g-2")
    ]
    assert refused == [("cn.effective_calls",), ()]
