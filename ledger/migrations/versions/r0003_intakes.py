"""Intakes: how far each file was taken."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create the table; of files that were taken before nothing is known, and to take them again changes nothing."""
    op.create_table(
        "intakes",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("rejects", sa.Text(), nullable=False),
        sa.Column("reject_bytes", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_intakes"),
    )
    op.create_index("ix_intakes_name", "intakes", ["name", "begun_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("intakes")
