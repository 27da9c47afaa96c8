"""The bank's card system, which owns the balances: what is granted is an instruction to it. One file a system."""
