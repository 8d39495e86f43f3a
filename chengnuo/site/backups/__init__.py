"""Backups on the screen and in the worker: made every day, on demand or by the command, and told of."""
