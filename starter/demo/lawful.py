"""Computes what a report says of lawful contact: under which rules a demo ran, and what they kept back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from babel.core import get_global
from sqlalchemy import Connection

from domain.model.contact import Outcome
from domain.model.rules import Rules
from ledger import kept_back as ledger
from starter.demo.desk import Call
from starter.demo.report import Calls, KeptBack, KeptBackByRule, RefusedByRule, Setting
from starter.demo.rule_words import RuleWords
from starter.demo.window import Chosen


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
    words = RuleWords(rules.packs)
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
            for why, source in (words.of(rule),)
        ),
    )


def _all(asked: Iterable[frozenset[ledger.Asked]]) -> frozenset[ledger.Asked]:
    return frozenset().union(*asked)


def calls_of(calls: Sequence[Call], rules: Rules) -> Calls:
    """The calls that were asked for at the end, and by which rules leave for them was refused."""
    refused = [call.answer for call in calls if call.answer.permit is None]
    counts, words = Counter(rule for answer in refused for rule in answer.refused_by), RuleWords(rules.packs)
    return Calls(
        cases=len({call.account_id for call in calls}),
        asked=len(calls),
        permitted=len(calls) - len(refused),
        conversations=sum(call.outcome is Outcome.CONVERSATION for call in calls),
        refused=len(refused),
        rules=tuple(
            RefusedByRule(rule=rule, why=why, source=source, refused=counts[rule])
            for rule in sorted(counts)
            for why, source in (words.of(rule),)
        ),
    )
