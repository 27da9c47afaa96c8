"""The table of intakes: how far each file was taken, so that whoever goes on begins where the last one ended."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from ledger.columns import Instant
from ledger.metadata import metadata

# By content: a file that was renamed is the same, one that was changed is another. Counts are canonical JSON.
intakes = Table(
    "intakes",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("counts", Text, nullable=False),
    Column("rejects", Text, nullable=False),
    Column("reject_bytes", BigInteger, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Index("ix_intakes_name", "name", "begun_at"),
)
