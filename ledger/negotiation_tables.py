"""The tables of negotiations: what was proposed, offered and decided, and what is given up once it is earned.

No row ever changes. A step may be decided again after it was stored: ``recorded_at`` and ``since`` tell apart what
each run of it left.
"""

from sqlalchemy import CHAR, BigInteger, Boolean, Column, Date, ForeignKey, Integer, Table, Text

from ledger.columns import Instant
from ledger.metadata import metadata

negotiations = Table(
    "negotiations",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("change_no", Integer, primary_key=True),
    Column("recorded_at", Instant, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("step", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("offer_id", Text),
    Column("state", Text),
    Column("verdict", Text),
    Column("proposer", Text),
    Column("role", Text),
    Column("by", Text),
    Column("reason", Text),
    Column("plan_id", Text),
    Column("proposal", Text),
    Column("negotiation", Text, nullable=False),
)

concessions = Table(
    "concessions",
    metadata,
    Column("concession_id", Text, primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("request_id", Text),
    Column("principal_minor", BigInteger, nullable=False),
    Column("interest_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("needed_minor", BigInteger, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Column("since_on", Date, nullable=False),
    Column("until", Date),
    Column("not_before", Date),
    Column("plan", Text),
    Column("settles", Boolean, nullable=False),
    Column("made_by", Text),
    Column("checked_by", Text),
)
