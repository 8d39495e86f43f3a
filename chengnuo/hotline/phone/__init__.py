"""The telephone system: its words, what they make of a call, and whom a call rings at."""
