"""A customer's own words about messages: what is clear counts at once, what is not goes to a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from domain.model.contact import FactKind, Party, PastFact
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
_Scope = tuple[Channel | None, str | None]
"""How wide an opt-out is: its channel and the id of its contact point, None being every one."""


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
    """Record an opt-out or that one is taken back, or ask a person; the words are not kept.

    A word of the rules on a channel for which they list none, such as one said in a call, goes to a person. Words of
    coming back mean nothing to whom no opt-out holds.
    """
    person_id = accounts.person_of(conn, said.account_id)
    accounts.lock_person(conn, person_id)
    _check_address(conn, said, person_id)
    known = [rule for pack in rules.packs for rule in pack.opt_outs]
    holding = _holding(conn, said, person_id, at)
    back = _listed(rule.opt_in_keywords for rule in known) if holding else []
    meant = heard(words, _listed(rule.keywords for rule in known), back)
    binding = [rule for rule in known if rule.keywords and said.channel in rule.channels]
    if meant is Heard.NOTHING:
        return Done(meant)
    if meant is Heard.OPT_OUT and binding:
        return _opt_out(conn, said, person_id, binding, at)
    if meant is Heard.OPT_IN and binding and all(_may_take_back(said, scope) for scope in holding):
        return _opt_in(conn, said, person_id, holding, at)
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


def _opt_in(conn: Connection, said: Said, person_id: str, holding: Iterable[_Scope], at: datetime) -> Done:
    """An opt-out is taken back by its own scope only: one fact for each that holds."""
    first_at = people.first_told(conn, said.said_id) or at
    facts = [PastFact(first_at, FactKind.OPT_IN, channel=channel, address=address) for channel, address in holding]
    told = [PersonFact(fact_id, person_id, fact, at) for fact_id, fact in zip(_ids(said), facts, strict=False)]
    new = [record(conn, each) for each in told]
    return Done(Heard.OPT_IN, fact_id=said.said_id, new=any(new))


def _ids(said: Said) -> tuple[str, str]:
    """Ids of what one message may take back: the opt-out of its address, and that of its channel."""
    return said.said_id, f"{said.said_id}/channel"


def _holding(conn: Connection, said: Said, person_id: str, at: datetime) -> list[_Scope]:
    """The customer's opt-outs that hold where this was said, the narrowest first, as it was when it was first told."""
    then = people.first_told(conn, said.said_id) or at
    told = person_facts.of_person(conn, person_id, then, (FactKind.OPT_OUT, FactKind.OPT_IN))
    last = {
        (each.fact.channel, each.fact.address): each.fact.kind
        for each in told
        if each.fact_id not in _ids(said) and (each.fact.party, each.fact.party_id) == (Party.DEBTOR, None)
    }
    there = [scope for scope, kind in last.items() if kind is FactKind.OPT_OUT and _is_there(said, scope)]
    return sorted(there, key=lambda scope: scope.count(None))


def _is_there(said: Said, scope: _Scope) -> bool:
    """Whether the opt-out may close where this was said: an address that is not known may be any."""
    channel, address = scope
    return channel in (None, said.channel) and (address is None or said.address_id in (None, address))


def _may_take_back(said: Said, scope: _Scope) -> bool:
    """Not what reaches beyond the channel, nor one address out of several."""
    return scope in ((said.channel, said.address_id), (said.channel, None))


def _listed(keywords: Iterable[Mapping[str, Sequence[str]]]) -> list[str]:
    return [word for languages in keywords for words in languages.values() for word in words]


def _is_opted_out(conn: Connection, said: Said, person_id: str, at: datetime) -> bool:
    """Whether the same opt-out holds already: it was, or will be, confirmed under its own id."""
    told = person_facts.of_person(conn, person_id, at, (FactKind.OPT_OUT, FactKind.OPT_IN))
    same = [each.fact.kind for each in told if each.fact_id != said.said_id and _is_of(each.fact, said)]
    return bool(same) and same[-1] is FactKind.OPT_OUT


def _is_of(fact: PastFact, said: Said) -> bool:
    """By the customer, and as wide: an opt-out of somebody else is none of theirs."""
    by, wide = (fact.party, fact.party_id), (fact.channel, fact.address)
    return by == (Party.DEBTOR, None) and wide == (said.channel, said.address_id)


def _check_address(conn: Connection, said: Said, person_id: str) -> None:
    points = accounts.contact_points(conn, person_id, date.max)
    there = {point.contact_point_id for point in points if point.channel is said.channel}
    if said.address_id is not None and said.address_id not in there:
        raise InputError(f"account {said.account_id}: its person has no such contact point for {said.channel}")


def _task(kind: str, said: Said, person_id: str, at: datetime) -> Task:
    detail = {"channel": said.channel.value, **({"address_id": said.address_id} if said.address_id else {})}
    return Task(f"{kind}/{said.said_id}", person_id, kind, at, account_id=said.account_id, detail=detail)
