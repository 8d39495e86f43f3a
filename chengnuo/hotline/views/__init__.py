from . import calls, duty, promises, register

__all__ = ["calls", "duty", "promises", "register"]
