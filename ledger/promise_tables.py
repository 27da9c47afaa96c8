"""The table of promises to pay. What was promised never changes and stays; what became of it is judged anew."""

from sqlalchemy import CHAR, BigInteger, Column, Date, ForeignKey, Table, Text

from ledger.columns import Instant
from ledger.metadata import metadata

promises = Table(
    "promises",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("promise_id", Text, primary_key=True),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("grace_ends_on", Date, nullable=False),
    Column("made_by", Text),
    Column("state", Text, nullable=False),
    Column("paid_minor", BigInteger),
    Column("judged_at", Instant),
    Column("resumes_on", Date),
)
