"""Notices that had to be given before the contact."""

from __future__ import annotations

from collections.abc import Iterator

from domain.audit.scene import Finding, Scene, finding
from domain.model.contact import FactKind, Purpose
from domain.model.pack import Pack


def missing(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Notices without which nobody collects, and that were not given."""
    for notice in pack.notices:
        if notice.required_before != "collect_contact" or scene.ask.purpose is not Purpose.COLLECT:
            continue
        if scene.ask.notice != notice.id and not scene.facts_of(FactKind.NOTICE_GIVEN, notice.id):
            yield finding(pack, notice, f"the notice {notice.id} had not been given")
