from . import calls, duty, hook, promises, register, ringing, systems

__all__ = ["calls", "duty", "hook", "promises", "register", "ringing", "systems"]
