"""The access log: what happened to residents' data, in a tree nobody can quietly change.

Pure: no I/O, no clock, no randomness.  It imports nothing but the shared values and
`cryptography`, so that the offline verifier is this folder and little else.
The byte formats are in `docs/spec/access-log.md`.
"""
