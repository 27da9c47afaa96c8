"""The tables of disputes and of hardships: each step a row, with the whole of it as the step left it. Never changed."""

from sqlalchemy import CHAR, BigInteger, Boolean, Column, Date, ForeignKey, Table, Text

from ledger.columns import Instant
from ledger.metadata import metadata

disputes = Table(
    "disputes",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("dispute_id", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("resolve_by", Date, nullable=False),
    Column("goes_on", Boolean, nullable=False),
    Column("outcome", Text),
    Column("correction_minor", BigInteger),
    Column("currency", CHAR(3)),
    Column("resumes_on", Date),
    Column("by", Text),
    Column("reference", Text),
    Column("dispute", Text, nullable=False),
)

hardships = Table(
    "hardships",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("step", Text, nullable=False),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("goes_on", Boolean, nullable=False),
    Column("cause", Text, nullable=False),
    Column("outcome", Text),
    Column("programme", Text),
    Column("paused_until", Date),
    Column("review_on", Date),
    Column("by", Text),
    Column("evidence", Text),
    Column("hardship", Text, nullable=False),
)
