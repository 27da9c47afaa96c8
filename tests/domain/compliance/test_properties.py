"""Properties of the gate, over drawn packs, records and questions.

What is rightly left out, because the rules themselves say otherwise:

- ``gate.party`` and ``gate.unknown_hold`` ask what *no* pack of a stack names, so another pack may lift them.
- A consent, an agreed window, a release, an opt-in or a refusal taken back opens doors: none is ever added here.
- Failed attempts to reach the debtor, and holds that are signs of lost contact, rightly open a third person's door:
  added contacts are with the person asked about, and no hold that is drawn is a sign. The debtor's own reach is free.
- What became known after the question (other than open permits) is left out of its answer, so the records drawn for
  ``next_at`` know nothing later than the question.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.contact import (
    ContactAsk,
    Direction,
    FactKind,
    NextKind,
    Outcome,
    Party,
    PastContact,
    PastFact,
    Purpose,
    Record,
)
from domain.model.strategy import Channel
from tests.domain.compliance.small_packs import (
    LOS_ANGELES,
    NEW_YORK,
    OUT_OF_TIME,
    TAIPEI,
    cap,
    cooldown,
    local,
    pack,
    rule,
    verdict,
)

FIRST = local("2026-02-20T00:00")
ASKS = st.integers(0, 25 * 24 * 12).map(lambda fives: FIRST + timedelta(minutes=5 * fives))  # over the change of clocks
BEFORE = st.one_of(st.integers(0, 2 * 24 * 4), st.integers(0, 10 * 24 * 4)).map(lambda q: timedelta(minutes=15 * q))
CHANNELS = st.sampled_from([Channel.CALL, Channel.CALL, Channel.SMS, Channel.EMAIL])
PARTIES = st.sampled_from([Party.DEBTOR, Party.DEBTOR, Party.GUARANTOR, Party.RELATIVE])
DEBTS = st.sampled_from([(), ("a",), ("b",), ("a", "b")])
COLLECTORS = st.sampled_from(["bank", "agency-1"])
ADDRESSES = st.sampled_from([None, "m1", "m2"])
HOURS = st.integers(0, 47).map(lambda halves: 30 * halves)
PLACES_IN_TIME = st.sampled_from([(TAIPEI,), (NEW_YORK,), (NEW_YORK, LOS_ANGELES), (TAIPEI, NEW_YORK)])


@st.composite
def windows(draw):
    opens, closes = draw(st.integers(0, 12)), draw(st.integers(13, 24))
    return rule(
        draw(st.sampled_from(["day", "bank"])),
        open=f"{opens:02}:00",
        close=f"{closes:02}:00",
        weekdays=draw(st.sampled_from([[1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5], [1, 3, 6, 7]])),
        widen_by=draw(st.sampled_from(["none", "debtor_consent", "debtor_consent_given_directly"])),
        channels=draw(st.sampled_from([["call"], ["call", "sms", "email"]])),
        narrow_by=draw(st.sampled_from(["none", "debtor_request"])),
    )


SCOPES = st.sets(st.sampled_from(["person", "debt_party", "number", "debt", "channel"]), min_size=1, max_size=2).map(
    sorted
)
LIFTED = st.sampled_from([[], ["yes"]])
CAPS = st.builds(
    lambda most, unit, kind, n, scope, each, lifted, directions: cap(
        most, unit, n=n, kind=kind, scope=scope, actors_added=each, ignore_while=lifted, directions=directions
    ),
    st.sampled_from([1, 1, 1, 2, 2, 3, 0]),
    st.sampled_from(["attempt", "attempt", "connected", "conversation", "contact", "message"]),
    st.sampled_from(["rolling_dates", "calendar_day", "calendar_week", "calendar_month"]),
    st.integers(1, 3),
    SCOPES,
    st.sampled_from(["all", "each"]),
    LIFTED,
    st.sampled_from([["out"], ["in", "out"]]),
)
COOLDOWNS = st.builds(
    lambda days, event, scope, each, lifted, first: cooldown(
        days, event=event, scope=scope, actors_added=each, ignore_while=lifted, first_day=first
    ),
    st.integers(1, 8),
    st.sampled_from(["conversation", "voicemail"]),
    SCOPES,
    st.sampled_from(["all", "each"]),
    LIFTED,
    st.sampled_from(["event_day", "next_day"]),
)
HOLDS = st.builds(
    lambda days, scope, blocks: rule(
        "dispute", opened_by="disputed", closed_by=["answered"], max_days=days, scope=scope, blocks=blocks
    ),
    st.sampled_from([None, 5]),
    st.sampled_from(["person", "debt"]),
    st.sampled_from([["collect_contact"], ["service_notice"], ["collect_contact", "service_notice"]]),
)
SIGNS = st.sampled_from(
    [{"failed_attempts_in_a_row": {"n": 2}}, {"days_unreachable": {"n": 2}}, {"number_invalid": True}]
)


@st.composite
def packs(draw, id="xx"):
    relative = draw(
        st.sampled_from([{"reach": "free"}, {"reach": "conditional", "condition": "lost", "max_contacts": 2}])
    )
    return pack(
        id,
        parties=[rule("debtor", reach="free"), rule("guarantor", reach="free"), rule("relative", **relative)],
        predicates=[rule("lost", any=draw(SIGNS))],
        windows=draw(st.lists(windows(), max_size=2)),
        caps=[{**drawn, "id": f"cap_{i}"} for i, drawn in enumerate(draw(st.lists(CAPS, min_size=1, max_size=2)))],
        cooldowns=draw(st.lists(COOLDOWNS, max_size=1)),
        holds=draw(st.lists(HOLDS, max_size=1)),
        opt_outs=draw(
            st.lists(
                st.sampled_from(["address", "channel", "all"]).map(
                    lambda scope: rule("stop", channels=["sms", "email"], scope=scope)
                ),
                max_size=1,
            )
        ),
        consents=[
            rule("yes", grants="extra_calls", max_days=3, ends_on=["conversation", "revocation"]),
            *draw(st.sampled_from([[], [], [rule("mail", grants="channel", channels=["email"], max_days=9)]])),
        ],
        clock={
            "multi_zone": draw(st.sampled_from(["intersect", "first"])),
            "stop_dialling_before_close": draw(st.sampled_from([0, 10])),
        },
        header={"valid_to": draw(st.sampled_from([None, "2026-03-20"]))},
    )


STACKS = st.tuples(packs(), packs("yy"))
QUESTIONS = st.builds(
    ContactAsk,
    channel=CHANNELS,
    at=ASKS,
    debts=DEBTS,
    collector=COLLECTORS,
    party=PARTIES,
    party_id=st.sampled_from([None, "p1"]),
    address=ADDRESSES,
    purpose=st.sampled_from([Purpose.COLLECT, Purpose.COLLECT, Purpose.SERVICE_NOTICE, Purpose.CONFIRM_OPT_OUT]),
)


@st.composite
def contacts(draw, at, **fixed):
    """A contact before this instant; an open permit may lie after it."""
    outcome = draw(st.sampled_from(list(Outcome)))
    before = draw(BEFORE)
    later = outcome is Outcome.PENDING and draw(st.booleans())
    drawn = {
        "channel": draw(CHANNELS),
        "direction": draw(st.sampled_from(Direction)),
        "collector": draw(COLLECTORS),
        "party": draw(PARTIES),
        "party_id": draw(st.sampled_from([None, "p1", "p2"])),
        "address": draw(ADDRESSES),
        "debts": draw(DEBTS),
        "consented": draw(st.sampled_from([None, None, "yes"])),
    }
    return PastContact(at=at + before if later else at - before, outcome=outcome, **{**drawn, **fixed})


@st.composite
def facts(draw, at, kinds=tuple(FactKind)):
    kind = draw(st.sampled_from(kinds))
    names = {
        FactKind.HOLD: ["dispute", "dispute", "strange"],
        FactKind.RELEASE: ["dispute", "strange"],
        FactKind.EVENT: ["answered"],
        FactKind.CONSENT: ["yes", "mail"],
        FactKind.REVOCATION: ["yes", "mail"],
    }
    happened = at - draw(BEFORE)
    return PastFact(
        at=happened,
        kind=kind,
        name=draw(st.sampled_from(names.get(kind, [""]))),
        channel=draw(st.sampled_from([None, Channel.CALL, Channel.SMS])),
        address=draw(ADDRESSES) if kind in (FactKind.OPT_OUT, FactKind.OPT_IN) else None,
        debts=draw(DEBTS),
        party=draw(PARTIES),
        collector=draw(COLLECTORS),
        opens=draw(HOURS) if "window" in kind else None,
        closes=draw(HOURS) if "window" in kind else None,
        days=draw(st.sampled_from([None, None, 3, 12])),
        until=draw(st.sampled_from([None, None, happened + timedelta(hours=100)])),
    )


MIXED = (*(kind for kind in FactKind if kind is not FactKind.REFUSAL), *(FactKind.CONSENT, FactKind.AGREED_WINDOW) * 2)


@st.composite
def situations(draw):
    question = draw(QUESTIONS)
    on_record = Record(
        zones=draw(PLACES_IN_TIME),
        contacts=tuple(draw(st.lists(contacts(question.at), max_size=8))),
        facts=tuple(draw(st.lists(facts(question.at, MIXED), max_size=3))),
    )
    return question, on_record


def rank(found):
    """The later a contact is possible, the more: now, an instant, an event, never."""
    orders = {None: 0, NextKind.INSTANT: 1, NextKind.EVENT: 2, NextKind.NEVER: 3}
    return orders[found.next], found.next_at or FIRST


@settings(max_examples=150, deadline=None)
@given(situations(), STACKS)
def test_a_stack_refuses_whatever_one_of_its_packs_refuses(situation, stack):
    question, on_record = situation
    together = verdict(question, on_record, *stack)
    for one in stack:
        alone = verdict(question, on_record, one)
        assert {name for name in alone.refused_by if name not in ("gate.party", "gate.unknown_hold")} <= set(
            together.refused_by
        )
        if "gate.unknown_hold" not in alone.refused_by:
            assert rank(alone) <= rank(together)


@settings(max_examples=250, deadline=None)
@given(situations(), STACKS)
def test_the_next_instant_is_allowed_and_one_microsecond_before_it_is_not(situation, stack):
    question, on_record = situation
    found = verdict(question, on_record, *stack)
    for next_at, rules in [(found.next_at, None), *((refusal.next_at, refusal.rule) for refusal in found.refusals)]:
        if isinstance(next_at, datetime):
            at_last = verdict(replace(question, at=next_at), on_record, *stack)
            too_soon = verdict(replace(question, at=next_at - OUT_OF_TIME), on_record, *stack)
            if rules is None:
                assert at_last.allowed
                assert not too_soon.allowed
            else:
                assert rules not in at_last.refused_by
                assert rules in too_soon.refused_by


@settings(max_examples=250, deadline=None)
@given(st.data(), situations(), STACKS)
def test_one_more_contact_with_a_person_never_makes_that_person_reachable_sooner(data, situation, stack):
    question, on_record = situation
    more = data.draw(contacts(question.at, party=question.party))
    grown = replace(on_record, contacts=(*on_record.contacts, more))
    assert rank(verdict(question, on_record, *stack)) <= rank(verdict(question, grown, *stack))


CLOSING = (FactKind.HOLD, FactKind.PREFERRED_WINDOW, FactKind.INCONVENIENT_WINDOW, FactKind.OPT_OUT, FactKind.REFUSAL)


@settings(max_examples=250, deadline=None)
@given(st.data(), situations(), STACKS)
def test_one_more_hold_or_request_never_makes_anybody_reachable_sooner(data, situation, stack):
    question, on_record = situation
    grown = replace(on_record, facts=(*on_record.facts, data.draw(facts(question.at, CLOSING))))
    assert rank(verdict(question, on_record, *stack)) <= rank(verdict(question, grown, *stack))


@settings(max_examples=60, deadline=None)
@given(st.data(), situations(), STACKS)
def test_the_order_of_the_record_matters_among_those_of_one_instant_only(data, situation, stack):
    question, on_record = situation
    mixed = replace(
        on_record,
        contacts=mix(data, on_record.contacts),
        facts=mix(data, on_record.facts),
    )
    assert verdict(question, mixed, *stack) == verdict(question, on_record, *stack)


def mix(data, entries):
    """In another order, but for those of one instant."""
    instants = data.draw(st.permutations(sorted({entry.at for entry in entries})))
    return tuple(entry for at in instants for entry in entries if entry.at == at)
