"""Emergency stops as they are set: one that closes nothing because of a typing error must not say that it does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import Connection

from domain.model.contact import COLLECTOR_OF_THE_BANK
from domain.model.errors import InputError
from domain.model.stops import StopKind
from ledger import changes, people, permits, policies, stops
from ledger.stops import Stop
from policies import pack_names, strategy_names


def check_value(conn: Connection, kind: StopKind, value: str) -> None:
    """Raise InputError when nobody knows the rules or the strategy of this name, or when the agency can be none."""
    if not value:  # the ledger says what is missing
        return
    if kind is StopKind.AGENCY and value == COLLECTOR_OF_THE_BANK:
        raise InputError(f"{value} is the bank itself, no agency: nothing would be stopped; the bank's own is `bank`")
    if kind is StopKind.RULES:
        of_cases = {pack.id for rules in policies.all_rules(conn) for pack in rules.packs}
        _refuse_unknown("rule pack", value, {*pack_names(), *of_cases})
    if kind is StopKind.STRATEGY:
        _refuse_unknown("strategy", value, {*strategy_names(), *policies.strategy_names(conn)})


def stop_now(conn: Connection, stop: Stop) -> tuple[bool, int]:
    """Stop at once; whether it is new, and how many people with open permits hear of it."""
    new = stops.set_stop(conn, stop)
    concerned = permits.with_open_permits(conn)
    changes.note(conn, concerned, stop.set_at)
    return new, len(concerned)


def let_go_on(conn: Connection, stop_id: str, at: datetime, by: str) -> tuple[bool, int]:
    """Release a stop; whether it was in force, and how many open cases look again.

    Raises InputError for who set it.
    """
    new = stops.release(conn, stop_id, at, by)
    if new:
        changes.note_for_all(conn, at)
    return new, people.count_open(conn) if new else 0


def _refuse_unknown(what: str, value: str, known: Collection[str]) -> None:
    if value in known:
        return
    near = get_close_matches(value, sorted(known), n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
    raise InputError(f"no {what} {value}: nothing would be stopped; {hint}")
