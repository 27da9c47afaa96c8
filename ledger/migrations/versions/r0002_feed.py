"""The feed: what changed, how far it was relayed, whom it concerns, and what the bank posts."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.feed_triggers import forget_changes, note_changes
from ledger.migrations.posting_functions import create_functions, drop_functions

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    """Create the tables, and note every change from now on; what the ledger has already is relayed as one change."""
    create_tables()
    note_changes()
    create_functions()


def downgrade() -> None:
    """Drop all of it: the older code rings cases by itself."""
    drop_functions()
    forget_changes()
    for table in ("postings", "watches", "rings", "cursors", "changes"):
        op.drop_table(table)


def create_tables() -> None:
    """Tables, keys and indexes."""
    op.create_table(
        "changes",
        sa.Column("change_id", SERIAL, nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("change_id", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_tx", "changes", ["tx", "change_id"])
    op.create_index("ix_changes_account_id", "changes", ["account_id"])
    op.create_index("ix_changes_person_id", "changes", ["person_id"])
    op.create_table(
        "cursors",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("reader", name="pk_cursors"),
    )
    op.create_table(
        "rings",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name="pk_rings"),
    )
    op.create_index("ix_rings_next_try_at", "rings", ["next_try_at", "account_id"])
    op.create_index("ix_rings_since", "rings", ["since"])
    op.create_table(
        "watches",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("look_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_watches_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_watches"),
    )
    op.create_index("ix_watches_look_at", "watches", ["look_at"])
    op.create_table(
        "postings",
        sa.Column("posting_id", SERIAL, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('payment', 'reversal')", name="ck_postings_kind"),
        sa.CheckConstraint(
            "(kind = 'payment' AND amount IS NOT NULL AND currency IS NOT NULL AND reverses IS NULL) "
            "OR (kind = 'reversal' AND amount IS NULL AND reverses IS NOT NULL)",
            name="ck_postings_content",
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_postings_account_id"),
        sa.PrimaryKeyConstraint("posting_id", name="pk_postings"),
        sa.UniqueConstraint("reference", name="uq_postings_reference"),
    )
    op.create_index(
        "ix_postings_open", "postings", ["settled_at", "posting_id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
