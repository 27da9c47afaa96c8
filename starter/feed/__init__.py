"""The feed: from what changed in the ledger to the cases that must know it."""
