"""A rendered message to send in the tests of the channels."""

from datetime import date

from activities.channels.base import Outgoing
from domain.model.message import Rendered
from domain.model.strategy import Channel

KEY = "A-1/1/first-reminder/1"
REFERENCE = "A-1/2026-03-02/first-reminder"
TEXT = "1,234.56 TWD on account A-1 has been due since 2026-02-16.\n\nPlease pay it, or call us."


def outgoing(channel: Channel, address: str, **changes: object) -> Outgoing:
    content = Rendered(subject="Your card account A-1", text=TEXT)
    message = Outgoing(
        key=KEY,
        channel=channel,
        address=address,
        on=date(2026, 3, 2),
        account_id="A-1",
        reference=REFERENCE,
        locale="en",
        content=content,
    )
    return message.model_copy(update=changes)
