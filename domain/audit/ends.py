"""Ends: whether a chain tells of all that the ledger has, and the ledger has all that the chain tells of.

The hashes tell nothing of rows that were cut off at the end, or put there. What this system stores besides does: a
case's last step, messages, permits, contacts. A cut that takes these with it is seen by an anchor kept elsewhere only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from domain.audit.chain import ChainFinding, Tampering
from domain.audit.matching import INTENTS
from domain.audit.missed import REFUSED, RESUMED, STEP, Kept, last_step, missed, missing
from domain.audit.permits import CLOSED, GIVEN
from domain.audit.replay import Breach
from domain.audit.reports import REPORTED
from domain.audit.seals import Seal, by
from domain.audit.told import KeptCase
from domain.model.reconcile import REPAIRED
from domain.model.sealed import UNDERSTOOD

DEFERRED = "notice_deferred"
_LEFT = {f"notice_{what}" for what in ("sent", "failed", "unknown", "accepted", "delivered", "bounced")}
_NOTICES = {*INTENTS, *_LEFT, DEFERRED, REFUSED, "notice_contradicted", "notice_resolved"}
KINDS = {REPAIRED, STEP, RESUMED, GIVEN, CLOSED, REPORTED, *_NOTICES, *UNDERSTOOD}
"""Of all rows that are written about a case."""


def check_case(case: KeptCase, rows: int, seals: Sequence[Seal], kept: Kept, *, holds: bool) -> Iterator[ChainFinding]:
    """What is missing at the end of the case's chain of so many rows, and which of its rows stand alone.

    ``seals`` are those of the chain. Where it does not hold (``holds``), rows are known to be gone or not as they were
    written, and what they told of is not missed at the end.
    """
    yield from _alone(case, seals, kept)
    if holds:
        yield from missing(case.case_id, rows, list(missed(case, seals, kept)))


def left_alone(case_id: str, seals: Sequence[Seal], messages: Collection[str]) -> Iterator[Breach]:
    """Messages of which the chain says that they left, or were about to, and which the ledger does not have."""
    for key, told in by("key", seals).items():
        if key not in messages and (left := [seal for seal in told if seal.kind in (*INTENTS, *_LEFT)]):
            why = f"row {left[-1].number} of chain {case_id} says {left[-1].kind}, and the ledger has no such message"
            yield Breach(key, left[-1].at, "gate.unasked", "design", why)


def _alone(case: KeptCase, seals: Sequence[Seal], kept: Kept) -> Iterator[ChainFinding]:
    for seal in seals:
        if seal.kind not in KINDS:
            yield _found(seal, Tampering.INSERTED, f"no row of the kind {seal.kind[:40]} is ever written")
        elif (subject := _without_subject(seal, kept)) is not None:
            yield _found(seal, Tampering.ALONE, f"it tells of {subject}, which is not in the ledger")
    last = last_step(seals)
    if last is not None and (otherwise := _otherwise(last, case)) is not None:
        yield _found(last, Tampering.ALONE, otherwise)


def _without_subject(seal: Seal, kept: Kept) -> str | None:
    if seal.kind == REFUSED and seal.text("key") not in kept.messages:
        return None if _has_left(seal, kept) else f"the message {seal.text('key')}"
    if seal.kind == REPORTED and seal.text("contact") not in kept.contacts:
        return f"the contact {seal.text('contact')}"
    permit_id = seal.text("permit")
    if seal.kind in (GIVEN, CLOSED) and not (permit_id in kept.permits and permit_id in kept.contacts):
        return f"the permit {permit_id}"
    return None


def _has_left(refused: Seal, kept: Kept) -> bool:
    """Then it is a breach, which says so: see ``left_alone``."""
    told = by("key", kept.seals).get(refused.text("key") or "", ())
    return any(seal.kind in (*INTENTS, *_LEFT) for seal in told)


def _otherwise(last: Seal, case: KeptCase) -> str | None:
    """In what the case does not stand where its last step left it; that it came further is another finding."""
    number, decision = last.body.get("step_no"), last.body.get("decision")
    never = f"it tells of a step that the case never took: it stands at {case.step_no}"
    if case.as_of is None or last.at > case.as_of:
        return never
    if last.kind == RESUMED or last.at < case.as_of:
        return None
    if not isinstance(number, int) or number > case.step_no:
        return never
    left = (decision.get("stage"), decision.get("outcome")) if isinstance(decision, dict) else None
    is_as_left = number < case.step_no or left == (case.stage, case.outcome)
    return None if is_as_left else f"it does not leave the case as it stands: {case.stage}, {case.outcome or 'open'}"


def _found(seal: Seal, what: Tampering, why: str) -> ChainFinding:
    return ChainFinding(seal.chain, seal.number, what, why)
