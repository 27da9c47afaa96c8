"""What a demo's page says of lawful contact, counted anew: plain SQL on audit, contacts, tasks and facts."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

# Of several rows of one step the case adopted the last.
KEPT_BACK = """
    SELECT a.case_id, a.body ->> '$.decision.next.step', rule.value, a.body ->> '$.decision.next.on'
    FROM audit a, json_each(a.body, '$.decision.next.deferred_by') rule
    WHERE a.kind = 'step' AND a.case_seq = (
        SELECT MAX(b.case_seq) FROM audit b
        WHERE b.case_id = a.case_id AND b.kind = 'step' AND b.body ->> '$.step_no' = a.body ->> '$.step_no')
    UNION SELECT case_id, body ->> '$.step', rule.value, CASE body ->> '$.blocker' WHEN 'barred' THEN NULL ELSE '' END
    FROM audit, json_each(body, '$.refused_by') rule WHERE kind IN ('notice_deferred', 'notice_refused')
"""
PERSON_WAS_ASKED = """
    SELECT COUNT(*) FROM tasks
    WHERE kind = 'barred' AND case_id = ? AND detail ->> '$.message' LIKE case_id || '/' || ? || '/%'
"""
CONTACTS = """
    SELECT person_id, purpose, channel, party, outcome, at FROM contacts
    WHERE outcome != 'pending' AND cancelled_at IS NULL AND direction = 'out'
"""
WISHES = "SELECT person_id, at, kind, name, channel, opens, closes FROM person_facts ORDER BY at"
ASKED = "SELECT case_id, answer FROM requests WHERE message_id LIKE 'call-%'"
REFUSED = """
    SELECT rule.value, COUNT(*) FROM requests, json_each(answer, '$.refused_by') rule
    WHERE message_id LIKE 'call-%' GROUP BY rule.value
"""
SPOKE = "SELECT COUNT(*) FROM permits JOIN contacts ON contact_id = permits.permit_id WHERE outcome = 'conversation'"
CONVERSATIONS_A_DAY = 3
"""Of `cn`, bank and agencies together."""
SPOKEN = ("debtor", "conversation")


def of_contact(file: Path, last_day: date) -> dict[str, str]:
    """What was kept back by rule, and what the audit must say, by the name of the figure."""
    with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as ledger:
        found = dict(_kept_back(ledger, last_day)) | dict(_calls(ledger)) | dict(_audit(ledger))
    ledger.close()
    return found


def _kept_back(ledger: sqlite3.Connection, last_day: date) -> Iterator[tuple[str, str]]:
    """Notices that the audit says to be kept back, each once: by rule, and all of them."""
    sent = set(ledger.execute("SELECT case_id, step FROM messages WHERE state = 'sent'"))
    found: dict[str, dict[str, set[tuple[str, str]]]] = {"deferred": {}, "left_later": {}, "barred": {}}
    rules = set()
    for case_id, step, rule, day in ledger.execute(KEPT_BACK):
        asked = ledger.execute(PERSON_WAS_ASKED, (case_id, step)).fetchone()[0] if day is None else 0
        if asked or (day is not None and day <= last_day.isoformat()):
            rules.add(rule)
            parts = ["barred"] if asked else ["deferred", *(["left_later"] if (case_id, step) in sent else [])]
            for part in parts:
                found[part].setdefault(rule, set()).add((case_id, step))
    for part, by_rule in found.items():
        yield from ((f"kept_back.{rule}.{part}", str(len(by_rule.get(rule, ())))) for rule in rules)
        yield f"kept_back.{part}", str(len(set().union(*by_rule.values())))
    yield "kept_back.persons", str(len({who for who, *_ in ledger.execute(WISHES)}))


def _calls(ledger: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """What was asked for with the calls' names, as the cases answered and as contacts are on record."""
    asked = [(case_id, json.loads(answer)) for case_id, answer in ledger.execute(ASKED)]
    yield "calls.cases", str(len({case_id for case_id, _ in asked}))
    yield "calls.asked", str(len(asked))
    yield "calls.refused", str(sum(not answer["accepted"] for _, answer in asked))
    yield from ((f"calls.{rule}.refused", str(count)) for rule, count in ledger.execute(REFUSED))
    for name, statement in (("permitted", "SELECT COUNT(*) FROM permits"), ("conversations", SPOKE)):
        yield f"calls.{name}", str(ledger.execute(statement).fetchone()[0])


def _audit(ledger: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Every message in a folder is a contact, in the hours of `cn` and by the customer's wish, and the chains hold."""
    made, wishes = ledger.execute(CONTACTS).fetchall(), ledger.execute(WISHES).fetchall()
    yield "audit.contacts", str(len(made))
    against = sum(_is_at_night(at) or _is_against_a_wish(contact, at, wishes) for *contact, _, at in made)
    yield "audit.breaches", str(against + _too_many(made) + sum(party == "colleague" for _, _, _, party, *_ in made))
    chains = ("SELECT COUNT(DISTINCT case_id) FROM audit", "SELECT COUNT(DISTINCT chain) FROM system_audit")
    yield "audit.chains", str(sum(ledger.execute(statement).fetchone()[0] for statement in chains))
    (broken,) = ledger.execute(
        "SELECT COUNT(*) FROM audit a LEFT JOIN audit b ON b.case_id = a.case_id AND b.case_seq = a.case_seq - 1 "
        "WHERE a.previous_hash != COALESCE(b.hash, '')"
    ).fetchone()
    yield "audit.tampered", str(broken)


def _wall(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, ZoneInfo("Asia/Taipei"))


def _is_at_night(at: int) -> bool:
    return not 8 <= _wall(at).hour < 22


def _too_many(made: Sequence[tuple[str, str, str, str, str, int]]) -> int:
    """Conversations beyond those that a customer may have on one day."""
    spoke = Counter((who, _wall(at).date()) for who, _, _, party, said, at in made if (party, said) == SPOKEN)
    return sum(max(count - CONVERSATIONS_A_DAY, 0) for count in spoke.values())


def _is_against_a_wish(
    contact: Sequence[str], at: int, wishes: Sequence[tuple[str, int, str, str, str, int, int]]
) -> bool:
    """Whether the customer, as far as known at that instant, was not to be contacted, or not at this hour."""
    person_id, purpose, by, party = contact
    minute = _wall(at).hour * 60 + _wall(at).minute
    held, unsuited = set[str](), False
    for who, told_at, kind, name, channel, opens, closes in wishes:
        if who != person_id or told_at > at or party != "debtor" or channel not in (None, by):
            continue
        if kind == "preferred_window":
            unsuited |= not opens <= minute < closes
        elif kind == "inconvenient_window":
            unsuited |= opens <= minute < closes
        elif kind == "event":
            held.discard("vulnerability_review")
        elif not (kind == "opt_out" and purpose == "confirm_opt_out"):
            held.add(name or kind)
    return unsuited or bool(held)
