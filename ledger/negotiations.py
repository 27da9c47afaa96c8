"""Negotiations: each proposal, its answer and what became of the offer, as rows of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, select

from domain.model.entries import KeepNegotiation
from domain.model.negotiation import Decline, Negotiation, Proposer, ProposeTerms
from domain.model.offers import Proposal, Verdict
from domain.model.sealed import NEGOTIATION_STEPS
from ledger import audit
from ledger.canonical import canonical
from ledger.inserts import insert_new
from ledger.kept import Kept
from ledger.negotiation_tables import negotiations


@dataclass(frozen=True)
class NegotiationStep:
    """One step of a negotiation."""

    step: str
    """``proposed``, ``approved``, ``declined``, ``signed`` or ``expired``."""
    recorded_at: datetime
    by: str | None
    proposer: Proposer | None
    proposal: Proposal | None
    """What was proposed; None: an offer was taken as it is."""
    verdict: Verdict | None
    reason: str | None
    negotiation: Negotiation
    """As the step left it."""


def keep(conn: Connection, entry: KeepNegotiation, kept: Kept) -> bool:
    """Store a step once, with its row in the audit; False when it was stored before."""
    now, asked = entry.negotiation, entry.request
    made = now.offer
    proposed = asked if isinstance(asked, ProposeTerms) else None
    said: dict[str, str | int | None] = {
        "step": _step(entry),
        "round": now.rounds,
        "offer_id": None if made is None else made.id,
        "state": None if made is None else made.state.value,
        "verdict": None if entry.verdict is None else entry.verdict.value,
        "proposer": None if proposed is None else proposed.proposer.value,
        "role": None if asked is None else asked.role.value,
        "by": entry.by,
        "reason": asked.reason if isinstance(asked, Decline) else None,
        "plan_id": entry.plan,
    }
    proposal = None if proposed is None or proposed.proposal is None else proposed.proposal
    row = {
        **said,
        "case_id": kept.case_id,
        "change_no": now.changes,
        "recorded_at": kept.at,
        "person_id": kept.person_id,
        "account_id": kept.account_id,
        "proposal": None if proposal is None else canonical(proposal.model_dump(mode="json", exclude_none=True)),
        "negotiation": canonical(now.model_dump(mode="json")),
    }
    if not insert_new(conn, negotiations, row):
        return False
    body: dict[str, JsonValue] = {**said}
    if proposal is not None:
        body["proposal"] = proposal.model_dump(mode="json", exclude_none=True)
    if made is not None:
        body["offer"] = made.offer.model_dump(mode="json", exclude_defaults=True)
    audit.append(conn, kept.case_id, NEGOTIATION_STEPS[_step(entry)], kept.at, body)
    return True


def of_case(conn: Connection, case_id: str) -> tuple[NegotiationStep, ...]:
    """Every step of the case's negotiations, in order; of a step that was decided again, what its last run left."""
    c = negotiations.c
    statement = select(negotiations).where(c.case_id == case_id).order_by(c.change_no, c.recorded_at)
    last = {row["change_no"]: row for row in conn.execute(statement).mappings()}
    return tuple(_read(row) for row in last.values())


def standing(conn: Connection, case_id: str) -> Negotiation | None:
    """How far bank and customer had come by the last step; None: nothing was ever proposed."""
    steps = of_case(conn, case_id)
    return steps[-1].negotiation if steps else None


def _step(entry: KeepNegotiation) -> str:
    match entry.request:
        case None:
            return "signed" if entry.plan is not None else "expired"
        case ProposeTerms():
            return "proposed"
        case Decline():
            return "declined"
        case _:
            return "approved"


def _read(row: RowMapping) -> NegotiationStep:
    return NegotiationStep(
        step=row["step"],
        recorded_at=row["recorded_at"],
        by=row["by"],
        proposer=None if row["proposer"] is None else Proposer(row["proposer"]),
        proposal=None if row["proposal"] is None else Proposal.model_validate_json(row["proposal"]),
        verdict=None if row["verdict"] is None else Verdict(row["verdict"]),
        reason=row["reason"],
        negotiation=Negotiation.model_validate_json(row["negotiation"]),
    )
