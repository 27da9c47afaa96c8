"""Messages on their way are found by an index: the reconciler looks for those that nobody settled."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SENDING = sa.text("state = 'sending'")


def upgrade() -> None:
    """Create the index; it holds only what is on its way."""
    op.create_index(
        "ix_messages_sending", "messages", ["intent_at", "key"], sqlite_where=_SENDING, postgresql_where=_SENDING
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_messages_sending", "messages")
