"""Notices outward: who is told of what, by which channels, and what became of every one of them."""
