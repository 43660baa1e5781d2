"""Storage in PostgreSQL: one file per noun holds its tables and its statements.

Rows never leave this package; values of the pure packages do.
"""
