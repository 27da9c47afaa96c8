"""The gate and the auditor, written apart from each other, judge the worked examples and their neighbours the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from domain.audit.judge import breaches
from domain.compliance.gate import check
from domain.model.contact import ContactAsk, Outcome, PastContact, PastFact, Record
from domain.model.strategy import Channel
from policies.examples import Example, load_examples
from policies.packs import Shelf, load_stack

OWN = "policies/examples/contact.yaml"
MINUTE = timedelta(minutes=1)
OUTCOMES = (Outcome.NO_ANSWER, Outcome.CONVERSATION, Outcome.NOT_IN_SERVICE, Outcome.PENDING)


def neighbours(example: Example) -> Iterator[tuple[str, ContactAsk, Record]]:
    """A minute more or less, an event less, moved by a minute, or once more."""
    ask, record = example.ask, example.record
    yield "as it is", ask, record
    for minutes in (-1, 1):
        yield f"asked {minutes:+} minute", replace(ask, at=ask.at + minutes * MINUTE), record
    for i, contact in enumerate(record.contacts):
        rest = record.contacts[:i] + record.contacts[i + 1 :]
        yield f"without contact {i}", ask, replace(record, contacts=rest)
        for minutes in (-1, 1):
            moved = replace(contact, at=contact.at + minutes * MINUTE)
            yield f"contact {i} {minutes:+} minute", ask, replace(record, contacts=_in_order(*rest, moved))
    for i, fact in enumerate(record.facts):
        rest_of_facts = record.facts[:i] + record.facts[i + 1 :]
        yield f"without fact {i}", ask, replace(record, facts=rest_of_facts)
        later = replace(fact, at=fact.at + MINUTE)
        yield f"fact {i} +1 minute", ask, replace(record, facts=_facts_in_order(*rest_of_facts, later))
    for outcome in OUTCOMES:
        more = PastContact(at=ask.at - 60 * MINUTE, channel=Channel.CALL, outcome=outcome, actor=ask.actor)
        more = replace(more, collector=ask.collector, party=ask.party, address=ask.address, debts=ask.debts)
        yield f"one more call: {outcome}", ask, replace(record, contacts=_in_order(*record.contacts, more))


def _in_order(*contacts: PastContact) -> tuple[PastContact, ...]:
    return tuple(sorted(contacts, key=lambda contact: contact.at))


def _facts_in_order(*facts: PastFact) -> tuple[PastFact, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.at))


def differences(examples: Iterable[Example]) -> tuple[int, list[str]]:
    tried = 0
    found: list[str] = []
    for example in examples:
        packs = load_stack(example.packs)
        for name, ask, record in neighbours(example):
            tried += 1
            gate, auditor = check(ask, record, packs), breaches(ask, record, packs)
            if (gate.allowed, set(gate.refused_by)) != (not auditor, set(auditor)):
                found.append(f"{example.id}, {name}: gate {gate.refused_by}, auditor {auditor}")
    return tried, found


def test_gate_and_auditor_judge_the_worked_examples_and_their_neighbours_the_same(shared):
    tried, found = differences(load_examples(shared / "cases" / "contact_examples.yaml", Shelf()))
    assert tried > 200
    assert found == []


def test_gate_and_auditor_judge_our_own_examples_and_their_neighbours_the_same(pytestconfig):
    tried, found = differences(load_examples(pytestconfig.rootpath / OWN, Shelf()))
    assert tried > 1_000
    assert found == []
