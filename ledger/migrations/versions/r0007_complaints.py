"""Complaints: their steps, from the day on which they came in to their answer."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written

revision = "0007"
down_revision = "0006"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "complaints",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("complaint_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "complaint_id", "step", name="pk_complaints"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_complaints_case_id_cases"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_complaints_person_id_persons"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_complaints_account_id_accounts"),
    )
    keep_as_written("complaints")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("complaints")
