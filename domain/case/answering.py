"""Answering: what every answer to a request has in common, whatever was asked."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from domain.model.events import Answer, Request
from domain.model.negotiation import Offered
from domain.model.offers import Verdict
from domain.model.permits import PermitGiven

STALE = "the bank's data is older than the strategy allows: what is owed may have changed, try again later"
"""Why nothing is agreed while the feed is old."""


def digest_of(request: Request) -> str:
    """Short digest of the kind and content; defaults are left out, so that a field added later changes no digest."""
    content = request.model_dump_json(exclude={"id", "kind"}, exclude_defaults=True)
    return sha256(f"{request.kind} {content}".encode()).hexdigest()[:16]


def accepted(request: Request, text: str, permit: PermitGiven | None = None) -> Answer:
    """Yes, with what it means in one sentence."""
    return Answer(id=request.id, accepted=True, text=text, asked=digest_of(request), permit=permit)


def offered(request: Request, found: Offered) -> Answer:
    """What the bank says to a proposal; accepted, when both sides want the same."""
    taken = found.verdict is Verdict.ACCEPTED
    return Answer(id=request.id, accepted=taken, text=found.why, asked=digest_of(request), offered=found)


def refused(
    request: Request, text: str, refused_by: tuple[str, ...] = (), allowed_at: datetime | None = None
) -> Answer:
    """No, with the reason in one sentence; a contact also with the rules that refuse it, and when they no longer do."""
    asked = digest_of(request)
    return Answer(id=request.id, accepted=False, text=text, asked=asked, refused_by=refused_by, allowed_at=allowed_at)
