"""Policies: the strategies and rule packs as data, and their loading."""

from policies.load import Policies, load_strategy, strategy_names
from policies.packs import load_pack, load_rules, load_stack, pack_names, parse_pack, parse_rules

__all__ = [
    "Policies",
    "load_pack",
    "load_rules",
    "load_stack",
    "load_strategy",
    "pack_names",
    "parse_pack",
    "parse_rules",
    "strategy_names",
]
