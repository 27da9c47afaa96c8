"""The names that a worked example may use: those that its packs know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.model.pack import Pack, PackHold, PackNotice
from policies.packs import Shelf


@dataclass(frozen=True)
class Names:
    """The names in a stack of packs."""

    stack: Sequence[Pack]
    shelf: Shelf

    @cached_property
    def closing(self) -> frozenset[str]:
        """Events that close a hold."""
        return frozenset(event for hold in self._holds() for event in hold.closed_by)

    @cached_property
    def opening(self) -> dict[str, str]:
        """Holds by the event that opens them; a hold's own name opens it too."""
        by_event = {hold.opened_by: hold.id for hold in self._holds()}
        return by_event | {hold.id: hold.id for hold in self._holds()}

    @cached_property
    def notices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(notice.id for notice in self._notices()))

    @cached_property
    def events(self) -> frozenset[str]:
        """Whatever happens that a rule speaks of."""
        spans = [span for notice in self._notices() for span in (notice.due, notice.assumed_receipt)]
        begun = {span.after for span in spans if span is not None and span.after is not None}
        begun |= {milestone.since for pack in self.stack for milestone in pack.milestones}
        return self.closing | begun | {hold.opened_by for hold in self._holds()}

    @cached_property
    def consents(self) -> frozenset[str]:
        return frozenset(consent.id for pack in self.stack for consent in pack.consents)

    @cached_property
    def holds(self) -> frozenset[str]:
        return frozenset(hold.id for hold in self._holds())

    def is_hold(self, name: str) -> bool:
        """Of these packs or of any other: here that one closes everything, but it is none that was misspelt."""
        return name in self.holds or any(
            hold.id == name for other in self.shelf.names() for hold in self.shelf.pack(other).holds
        )

    def _holds(self) -> Iterator[PackHold]:
        return (hold for pack in self.stack for hold in pack.holds)

    def _notices(self) -> Iterator[PackNotice]:
        return (notice for pack in self.stack for notice in pack.notices)
