"""Deliveries: what a provider tells of a message after it took it."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.model.base import Model


class DeliveryState(StrEnum):
    """How far a message came, by its provider; each outranks the one before it."""

    ACCEPTED = "accepted"
    """On its way."""
    DELIVERED = "delivered"
    """It reached the address."""
    FAILED = "failed"
    """It did not reach the address: a bounce is the last word."""


class DeliveryReport(Model):
    """One report of a provider on one message."""

    key: str = Field(pattern=r"^[^\x00-\x1f\x7f]{1,500}$")
    """The message's."""
    state: DeliveryState
    at: AwareDatetime
    """When it happened, by the provider's clock."""
    provider_ref: str | None = Field(default=None, pattern=r"^[^\x00-\x1f\x7f]{0,200}$")
    """The provider's own number for the message."""
