"""Repayment plans: what a plan is by law, where its money went, how it stands, what it moves and asks for."""
