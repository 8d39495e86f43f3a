"""What a try to send came to when no answer came. The words are for the administrator."""


class NoAnswer(Exception):
    """Nobody answered: refused, unreachable, too late, an address that is not allowed."""
