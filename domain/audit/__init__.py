"""The audit: re-checks what was done, with code that shares nothing with what decided it but the words."""
