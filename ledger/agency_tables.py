"""The tables of agencies: each version of what the bank's file tells of one, and what happened to it. Never changed.

Companies, no persons: of people only codes.
"""

from sqlalchemy import Column, Date, ForeignKeyConstraint, Integer, Table, Text

from ledger.columns import Instant
from ledger.metadata import metadata

agencies = Table(
    "agencies",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("registered_by", Text, nullable=False),
    Column("registered_at", Instant, nullable=False),
)

# An approval names the version of the file that it is about.
agency_events = Table(
    "agency_events",
    metadata,
    Column("agency_id", Text, primary_key=True),
    Column("event_no", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reference", Text),
    Column("outcome", Text),
    Column("reason", Text),
    Column("version", Integer),
    ForeignKeyConstraint(["agency_id", "version"], ["agencies.agency_id", "agencies.version"]),
)
