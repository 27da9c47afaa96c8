"""Promises to pay, and what became of them."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.promise_triggers import forbid_changes

revision = "0008"
down_revision = "0007"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create the table, then forbid changing what was promised."""
    op.create_table(
        "promises",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("promise_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("grace_ends_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=True),
        sa.Column("judged_at", INSTANT, nullable=True),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_promises_case_id"),
        sa.PrimaryKeyConstraint("case_id", "promise_id", name="pk_promises"),
    )
    forbid_changes()


def downgrade() -> None:
    """Drop it, with its triggers."""
    op.drop_table("promises")
