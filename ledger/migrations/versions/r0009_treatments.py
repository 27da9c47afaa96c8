"""Treatments of vulnerable customers, with their reasons encrypted."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written

revision = "0009"
down_revision = "0008"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "treatments",
        sa.Column("treatment_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("sealed_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("treatment_id", name="pk_treatments"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_treatments_person_id_persons"),
    )
    keep_as_written("treatments")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("treatments")
