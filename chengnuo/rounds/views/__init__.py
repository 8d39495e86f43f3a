"""The pages of telephone rounds, cut by aspect."""
