"""What happened to an agency in the register: versions of its file, and events, each one entry that never changes."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.model.agency import Agency, Contract
from domain.model.base import Model
from domain.model.names import Code


class AgencyEventKind(StrEnum):
    """What is told of an agency."""

    APPROVED = "approved"
    """Somebody else than who registered a version of its file stands behind it."""
    EVALUATED = "evaluated"
    """The bank looked at how it works, once in a while and before a contract ends."""
    TRAINED = "trained"
    """Its collectors were trained."""
    PUBLISHED = "published"
    """It stands on the bank's public list."""
    UNPUBLISHED = "unpublished"
    """It was taken off that list."""
    SUSPENDED = "suspended"
    """It gets nothing, and what it has is frozen and recalled."""
    REINSTATED = "reinstated"
    """A second person ended the suspension."""


class EvaluationOutcome(StrEnum):
    """How an evaluation ended."""

    PASSED = "passed"
    FAILED = "failed"


class AgencyEvent(Model):
    """One entry: codes and days."""

    kind: AgencyEventKind
    on: date
    by: Code
    at: AwareDatetime
    """When it was entered."""
    reference: Code | None = None
    """Of the document that shows it."""
    outcome: EvaluationOutcome | None = None
    reason: Code | None = None
    version: int | None = None
    """With an approval: of the file."""


class AgencyVersion(Model):
    """A file of an agency, as it was registered; each change of it is a version."""

    version: int = Field(ge=1)
    agency: Agency
    digest: str
    by: Code
    at: AwareDatetime


class KnownAgency(Model):
    """All that the register has of one agency, in the order in which it was entered."""

    versions: tuple[AgencyVersion, ...] = Field(min_length=1)
    events: tuple[AgencyEvent, ...] = ()

    @property
    def id(self) -> str:
        return self.newest.agency.id

    @property
    def newest(self) -> AgencyVersion:
        return self.versions[-1]

    @property
    def approved(self) -> AgencyVersion | None:
        """The newest version that a second person approved: it is what holds."""
        return next((each for each in reversed(self.versions) if self.approval_of(each.version) is not None), None)

    @property
    def suspension(self) -> AgencyEvent | None:
        """The one in force."""
        last = self.last(AgencyEventKind.SUSPENDED, AgencyEventKind.REINSTATED)
        return last if last is not None and last.kind is AgencyEventKind.SUSPENDED else None

    @property
    def is_published(self) -> bool:
        last = self.last(AgencyEventKind.PUBLISHED, AgencyEventKind.UNPUBLISHED)
        return last is not None and last.kind is AgencyEventKind.PUBLISHED

    def approval_of(self, version: int) -> AgencyEvent | None:
        """Who approved this version of the file."""
        approvals = (event for event in self.events if event.kind is AgencyEventKind.APPROVED)
        return next((event for event in approvals if event.version == version), None)

    def last(self, *kinds: AgencyEventKind) -> AgencyEvent | None:
        """The entry made last of these kinds."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)

    def latest(self, kind: AgencyEventKind, until: date) -> AgencyEvent | None:
        """The event of this kind of the latest day up to ``until``; of one day, what was entered last."""
        told = [event for event in self.events if event.kind is kind and event.on <= until]
        return max(enumerate(told), key=lambda each: (each[1].on, each[0]))[1] if told else None

    def before(self, contract: Contract) -> Contract | None:
        """The contract that this one renews: the latest earlier one, of an approved version or the newest."""
        files = [each for each in self.versions if each is self.newest or self.approval_of(each.version) is not None]
        earlier = [
            other
            for each in files
            for other in each.agency.contracts
            if other.reference != contract.reference and other.valid_from < contract.valid_from
        ]
        return max(earlier, key=lambda other: other.valid_from, default=None)
