"""The gate's answer for a real case: what it was asked, what it says, by which rules, and what was on record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.compliance import gate
from domain.compliance.zones import evident
from domain.model.contact import COLLECTOR_OF_THE_BANK, Actor, ContactAsk, Party, Purpose, Record, Verdict
from domain.model.rules import Rules
from domain.model.strategy import Channel
from ledger import accounts, cases, policies
from ledger.record import record_of


@dataclass(frozen=True)
class Question:
    """Who would be reached, how and when."""

    account_id: str
    channel: Channel
    at: datetime
    party: Party = Party.DEBTOR
    party_id: str | None = None
    """Which person of that kind; an authority is that of one."""
    actor: Actor = Actor.CREDITOR
    collector: str = COLLECTOR_OF_THE_BANK
    """Which bank or agency: some caps and consents are those of one only."""
    purpose: Purpose = Purpose.COLLECT


@dataclass(frozen=True)
class Explained:
    """The answer, and what it rests on."""

    ask: ContactAsk
    rules: Rules
    record: Record
    verdict: Verdict


def explain(conn: Connection, question: Question, default_rules: Rules) -> Explained:
    """The gate's answer under the rules of the account's newest case, else under ``default_rules``.

    Raises InputError for an unknown account.
    """
    account = accounts.get_account(conn, question.account_id)
    person_id = accounts.person_of(conn, question.account_id)
    episodes = cases.episodes(conn, question.account_id)
    rules = policies.rules(conn, episodes[-1].rules) if episodes else default_rules
    ask = ContactAsk(
        channel=question.channel,
        at=question.at,
        debts=(question.account_id,),
        actor=question.actor,
        collector=question.collector,
        party=question.party,
        party_id=question.party_id,
        purpose=question.purpose,
    )
    if question.party is Party.DEBTOR:
        point = accounts.contact_point(conn, person_id, question.channel, local_day(question.at, account.zone))
        ask = ask if point is None else replace(ask, address=point.contact_point_id, place=point.place)
    record = record_of(conn, person_id, question.account_id, question.at, partial(evident, rules.packs))
    return Explained(ask, rules, record, gate.check(ask, record, rules.packs))
