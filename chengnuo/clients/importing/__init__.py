"""Clients out of a workbook: the template, reading it, checking all of it, and the file of what is wrong.

`opening` looks at the archive before anything parses it, `reading` finds columns by their heads, `checking` asks the
rules of the forms about every row, `template` writes the empty workbook and the one with the errors. Nothing here
writes to the database: `actions.import_clients` does, through the same actions as the pages.
"""
