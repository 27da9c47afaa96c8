"""Who may be told what: the text that shows a debt, or the one that only asks for a call."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from domain.model.contact import Party
from domain.model.message import TextAsk
from domain.model.pack import Pack
from domain.model.thanks import THANK_YOU

PLEASE_CALL = "please-call"
"""The message that anybody may read: no debt, no amount, no case."""
OPT_OUT_CONFIRMATION = "opt-out-confirmation"
WITHOUT_DEBT = frozenset({PLEASE_CALL, OPT_OUT_CONFIRMATION})
"""Notices that show nobody a debt."""
LIABLE = frozenset({Party.DEBTOR, Party.GUARANTOR})
"""Who owes, and so may read what is owed."""


def choose(notice: str, party: Party, verified: bool, content: str = "full") -> str | None:
    """The notice that this reader may get instead of ``notice``; None: no text, nothing may be told in writing.

    ``content`` is what the packs let this party be told. Only who owes, at a number or address that surely is that
    person's alone, ever reads of a debt, whatever a pack allows; nobody else is asked for a call only to be thanked.
    """
    if content not in ("full", "relay_only"):
        return None
    if notice in WITHOUT_DEBT:
        return notice
    if content == "full" and verified and party in LIABLE:
        return notice
    return None if notice == THANK_YOU else PLEASE_CALL


def content_for(packs: Iterable[Pack], party: Party, conditions: Collection[str]) -> str:
    """The least that the conditions of a verdict let a party be told."""
    narrow = {
        what
        for pack in packs
        for what in ("relay_only", "location_only", "none")
        if f"{pack.id}.{party}.{what}" in conditions
    }
    return next((what for what in ("none", "location_only", "relay_only") if what in narrow), "full")


def chosen(ask: TextAsk, packs: Iterable[Pack]) -> str | None:
    """The notice for what is asked."""
    values = ask.values
    return choose(ask.notice, values.party, values.verified, content_for(packs, values.party, ask.conditions))
