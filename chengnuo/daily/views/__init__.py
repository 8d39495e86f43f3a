"""The pages of daily service, cut by aspect."""
