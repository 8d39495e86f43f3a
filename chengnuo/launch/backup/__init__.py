"""Backups: one encrypted file with the database, the files, the seals and the keys of a company, and the way back."""
