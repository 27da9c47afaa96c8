"""The two ways in which a request can go wrong, each told in one line that says what to do."""


class InputError(ValueError):
    """What was asked for is wrong: the one who asks can mend it (exit code 2)."""


class SurroundingsError(RuntimeError):
    """What was asked for is right, but a port, a directory, a server or a schema does not allow it (exit code 1)."""
