"""The components of a debt."""

from enum import StrEnum


class Component(StrEnum):
    """A part of what is owed."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    FEE = "fee"
