"""Recovery: what an archive of a database is, and what the log's copy elsewhere holds.

Pure: values, and bytes to values and back.  The formats are in `docs/spec/backup.md`.
"""
