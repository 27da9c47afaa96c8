"""A customer's own words about messages: an opt-out counts at once, what is not clear goes to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from domain.model.contact import FactKind, PastFact
from domain.model.errors import InputError
from domain.model.pack import OptOut
from domain.model.rules import Rules
from domain.model.strategy import Channel
from domain.wishes import Heard, heard
from ledger import accounts, cases, confirmations, people, person_facts, policies, tasks
from ledger.person_facts import PersonFact
from ledger.tasks import Task
from starter.people import record

WISH = "customer_wish"
"""Kind of the task to read what a customer means."""


@dataclass(frozen=True)
class Said:
    """That a customer said something; the words stay where they came in."""

    said_id: str
    account_id: str
    channel: Channel
    address_id: str | None = None
    """Id of the contact point from which it came; None: not known, the whole channel is meant."""


@dataclass(frozen=True)
class Done:
    """What was made of it."""

    heard: Heard
    fact_id: str | None = None
    task_id: str | None = None
    new: bool = False
    """False when all of it was done before."""


def rules_for(conn: Connection, account_id: str, otherwise: Rules) -> Rules:
    """The rules of the account's newest case; without a case those of new ones."""
    episodes = cases.episodes(conn, account_id)
    return policies.rules(conn, episodes[-1].rules) if episodes else otherwise


def listen(conn: Connection, said: Said, words: str, rules: Rules, at: datetime) -> Done:
    """Record an opt-out, or ask a person; the words are not kept.

    A word of the rules on a channel for which they know no opt-out goes to a person: no rule would honour it.
    """
    person_id = accounts.person_of(conn, said.account_id)
    accounts.lock_person(conn, person_id)
    _check_address(conn, said, person_id)
    known = [rule for pack in rules.packs for rule in pack.opt_outs]
    meant = heard(words, [word for rule in known for listed in rule.keywords.values() for word in listed])
    binding = [rule for rule in known if said.channel in rule.channels]
    if meant is Heard.NOTHING:
        return Done(meant)
    if meant is Heard.OPT_OUT and binding:
        return _opt_out(conn, said, person_id, binding, at)
    task = _task(WISH, said, person_id, at)
    return Done(Heard.MENTION, task_id=task.task_id, new=tasks.add(conn, task))


def _opt_out(conn: Connection, said: Said, person_id: str, binding: Sequence[OptOut], at: datetime) -> Done:
    first_at = people.first_told(conn, said.said_id) or at
    opted_out_before = _is_opted_out(conn, said, person_id, first_at)
    fact = PastFact(first_at, FactKind.OPT_OUT, channel=said.channel, address=said.address_id)
    new = record(conn, PersonFact(said.said_id, person_id, fact, at))
    if opted_out_before or min(rule.confirmations_allowed for rule in binding) == 0:
        return Done(Heard.OPT_OUT, fact_id=said.said_id, new=new)
    # The task is the queue: an open case of the person takes it from there, and without one a person does.
    task = _task(confirmations.KIND, said, person_id, at)
    tasks.add(conn, task)
    return Done(Heard.OPT_OUT, fact_id=said.said_id, task_id=task.task_id, new=new)


def _is_opted_out(conn: Connection, said: Said, person_id: str, at: datetime) -> bool:
    """Whether the same opt-out holds already: it was, or will be, confirmed under its own id."""
    told = person_facts.of_person(conn, person_id, at, (FactKind.OPT_OUT, FactKind.OPT_IN))
    same = [
        each.fact.kind
        for each in told
        if each.fact_id != said.said_id and (each.fact.channel, each.fact.address) == (said.channel, said.address_id)
    ]
    return bool(same) and same[-1] is FactKind.OPT_OUT


def _check_address(conn: Connection, said: Said, person_id: str) -> None:
    points = accounts.contact_points(conn, person_id, date.max)
    there = {point.contact_point_id for point in points if point.channel is said.channel}
    if said.address_id is not None and said.address_id not in there:
        raise InputError(f"account {said.account_id}: its person has no such contact point for {said.channel}")


def _task(kind: str, said: Said, person_id: str, at: datetime) -> Task:
    detail = {"channel": said.channel.value, **({"address_id": said.address_id} if said.address_id else {})}
    return Task(f"{kind}/{said.said_id}", person_id, kind, at, account_id=said.account_id, detail=detail)
