"""A bureau inside this process, for demos and tests: it takes in whatever it is told, and keeps none of it."""

from __future__ import annotations

from hashlib import sha256

from activities.answers import Answer, Confirmed
from activities.bureaus.base import Telling


class EmbeddedBureau:
    """Confirms at once."""

    def tell(self, telling: Telling) -> Answer:
        """Taken in; the reference follows from the key, so that it is the same however often it is told."""
        return Confirmed(f"embedded-{sha256(telling.report.key.encode()).hexdigest()[:16]}")
