"""The reconciler: brings together cases, runs and the ledger where they came apart."""
