"""The tables of representatives: who may speak for a customer, and each step of that authority. Never changed.

Codes only: who a representative is, their contact points know.
"""

from sqlalchemy import Column, Date, ForeignKey, Table, Text

from ledger.columns import Instant
from ledger.metadata import metadata

representatives = Table(
    "representatives",
    metadata,
    Column("representative_id", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("accounts", Text, nullable=False),
    Column("may_do", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("evidence_channel", Text, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
)

# That it was checked, and that it was ended: each once.
representative_steps = Table(
    "representative_steps",
    metadata,
    Column("representative_id", ForeignKey("representatives.representative_id"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text),
)
