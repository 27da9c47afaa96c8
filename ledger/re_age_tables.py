"""The table of re-ages: how far each came. No row ever changes.

A step may be decided again after it was stored: ``recorded_at`` tells apart what each run of it left.
"""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from ledger.columns import Instant
from ledger.metadata import metadata

re_ages = Table(
    "re_ages",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("re_age_id", Text, primary_key=True),
    Column("change_no", Integer, primary_key=True),
    Column("recorded_at", Instant, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("request_id", Text),
    Column("by", Text),
    Column("reason", Text),
    Column("re_age", Text, nullable=False),
)
