"""The tables of the feed: what changed and was not relayed yet, whom that concerns, and what the bank posts."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from ledger.columns import SERIAL, Instant
from ledger.metadata import metadata

_OPEN = text("settled_at IS NULL")

# What changed, in the order in which the transactions ended; written by triggers, so that no writer can forget it. Of
# an account, of a person, or (neither) of everybody. What was relayed is deleted.
changes = Table(
    "changes",
    metadata,
    # AUTOINCREMENT: else SQLite gives a number again whose row is gone, and the cursor stands behind it
    Column("change_id", SERIAL, primary_key=True),
    Column("tx", BigInteger, nullable=False),
    Column("account_id", Text),
    Column("person_id", Text),
    Column("at", Instant, nullable=False),
    Index("ix_changes_tx", "tx", "change_id"),
    Index("ix_changes_account_id", "account_id"),
    Index("ix_changes_person_id", "person_id"),
    sqlite_autoincrement=True,
)

# Up to which change each reader has come: all that is not after it is relayed.
cursors = Table(
    "cursors",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("tx", BigInteger, nullable=False),
    Column("change_id", BigInteger, nullable=False),
    Column("moved_at", Instant, nullable=False),
)

# Accounts whose case must hear that the ledger changed, or that may need one. A row goes when its ring was heard.
rings = Table(
    "rings",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("change_id", BigInteger, nullable=False),
    Column("since", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("why", Text),
    Index("ix_rings_next_try_at", "next_try_at", "account_id"),
    Index("ix_rings_since", "since"),
)

# When to look at an account again: one without a case falls past due if nothing more is paid, and what was recorded by
# a clock that is ahead begins to count. Time does this, and no row.
watches = Table(
    "watches",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("look_at", Instant, nullable=False),
    Index("ix_watches_look_at", "look_at"),
)

# What the bank's own systems post here, row by row; the feed makes entries of it.
postings = Table(
    "postings",
    metadata,
    Column("posting_id", SERIAL, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount", Text),
    Column("currency", Text),
    Column("value_on", Date),
    Column("reverses", Text),
    Column("settled_at", Instant),
    Column("refusal", Text),
    CheckConstraint("kind IN ('payment', 'reversal')", name="kind"),
    CheckConstraint(
        "(kind = 'payment' AND amount IS NOT NULL AND currency IS NOT NULL AND reverses IS NULL) "
        "OR (kind = 'reversal' AND amount IS NULL AND reverses IS NOT NULL)",
        name="content",
    ),
    Index("ix_postings_open", "settled_at", "posting_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
)
