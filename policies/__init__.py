"""Policies: the strategies and rule packs as data, and their loading."""

from policies.load import load_strategy, load_strategy_file, strategy_names
from policies.packs import load_pack, load_rules, load_stack, pack_names, parse_pack, parse_rules

__all__ = [
    "load_pack",
    "load_rules",
    "load_stack",
    "load_strategy",
    "load_strategy_file",
    "pack_names",
    "parse_pack",
    "parse_rules",
    "strategy_names",
]
