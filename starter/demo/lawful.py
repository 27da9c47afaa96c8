"""Computes what a report says of lawful contact: under which rules a demo ran, and what they kept back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from babel.core import get_global
from sqlalchemy import Connection

from domain.compliance.stack import stack_of
from domain.model.contact import ContactAsk
from domain.model.pack import Pack
from domain.model.rules import Rules
from domain.model.strategy import Channel
from ledger import kept_back as ledger
from starter.demo.report import KeptBack, KeptBackByRule, Setting
from starter.demo.window import Chosen

_STOP = "stop."
"""With this the id of an emergency stop begins where a rule's would stand."""


def setting_of(rules: Rules, currency: str, chosen: Iterable[Chosen]) -> Setting:
    """The rules, and the accounts to which they were applied."""
    top = rules.packs[-1].pack
    zones = tuple(sorted({account.history.zone for account in chosen}))
    return Setting(
        rules_title=top.title,
        reviewed=all(pack.pack.reviewed_by is not None for pack in rules.packs),
        production=all(pack.pack.production for pack in rules.packs),
        made_for_country=top.country,
        made_for_currency=top.currency,
        currency=currency,
        zones=zones,
        countries=tuple(sorted({country for zone in zones if (country := get_global("zone_territories").get(zone))})),
    )


def kept_back_of(connection: Connection, rules: Rules, last_day: date) -> KeptBack:
    """The notices that rules of contact deferred or barred up to the last day."""
    found, left = ledger.kept_back(connection, last_day), ledger.sent(connection)
    told = dict(_rules_in_words(rules.packs))
    return KeptBack(
        persons=ledger.persons_who_told(connection),
        deferred=len(_all(found.deferred.values())),
        left_later=len(_all(found.deferred.values()) & left),
        barred=len(_all(found.barred.values())),
        rules=tuple(
            KeptBackByRule(
                rule=rule,
                why=why,
                source=source,
                deferred=len(found.deferred.get(rule, ())),
                left_later=len(found.deferred.get(rule, frozenset()) & left),
                barred=len(found.barred.get(rule, ())),
            )
            for rule in sorted({*found.deferred, *found.barred})
            for why, source in (told.get(rule) or _unknown(rule),)
        ),
    )


def _all(asked: Iterable[frozenset[ledger.Asked]]) -> frozenset[ledger.Asked]:
    return frozenset().union(*asked)


def _unknown(rule: str) -> tuple[str, str]:
    return ("an operator stopped contact", "emergency stop") if rule.startswith(_STOP) else ("", "")


def _rules_in_words(packs: Sequence[Pack]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Id of each rule that may refuse a message to the customer, with its reason and its source."""
    stack, hours = stack_of(packs), _hours(packs)
    for channel in Channel:
        for judge in stack.applying(ContactAsk(channel=channel, at=datetime.min.replace(tzinfo=UTC))).judges:
            why = f"{judge.why}: {', or '.join(hours[judge.id])}" if judge.id in hours else judge.why.replace("_", " ")
            yield judge.id, (why, judge.source)


def _hours(packs: Sequence[Pack]) -> Mapping[str, Sequence[str]]:
    """Of each rule about hours its pieces."""
    found: dict[str, list[str]] = {}
    for pack in packs:
        for window in pack.windows:
            on_the_wall = window.model_dump(mode="json", include={"open", "close"})
            less = ", less the hours against which the customer spoke" if window.narrow_by != "none" else ""
            found.setdefault(f"{pack.id}.{window.id}", []).append("{open} to {close}".format(**on_the_wall) + less)
    return found
