"""The embedded ledger as the card system: what is asked of it is done as soon as it is written."""

from __future__ import annotations

from hashlib import sha256

from activities.cards.base import Answer, Confirmed, Instruction


class EmbeddedCards:
    """Confirms at once: nothing else keeps the accounts of the embedded ledger."""

    def apply(self, instruction: Instruction) -> Answer:
        """Done; the reference follows from the key, so that it is the same however often it is asked."""
        return Confirmed(f"embedded-{sha256(instruction.adjustment.key.encode()).hexdigest()[:16]}")
