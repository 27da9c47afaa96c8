"""Policies: the strategies and rule packs as data, and their loading."""

from policies.load import load_rules, load_strategy, load_strategy_file, parse_rules, rules_names, strategy_names

__all__ = ["load_rules", "load_strategy", "load_strategy_file", "parse_rules", "rules_names", "strategy_names"]
