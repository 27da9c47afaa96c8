"""Texts: what the bank says to its customers, as templates, and their reader, renderer and lint."""

from policies.texts.check import Missing, check, checked, missing
from policies.texts.choose import OPT_OUT_CONFIRMATION, PLEASE_CALL, choose
from policies.texts.profile import BankFile, BankProfile, example_bank, load_bank
from policies.texts.render import Texts, texts_of
from policies.texts.samples import blank_name, sample
from policies.texts.tokens import required

__all__ = [
    "OPT_OUT_CONFIRMATION",
    "PLEASE_CALL",
    "BankFile",
    "BankProfile",
    "Missing",
    "Texts",
    "blank_name",
    "check",
    "checked",
    "choose",
    "example_bank",
    "load_bank",
    "missing",
    "required",
    "sample",
    "texts_of",
]
