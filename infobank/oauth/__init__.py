"""The broker: how a service provider asks, is answered, and reads (FAPI 2.0 Security Profile).

Everything here is pure.  A use case reads a form, loads the rows it names, asks this
package for a verdict, and writes; replay tables and single-use updates are its business.
Where the broker differs from the profile or an RFC is written in `docs/divergences.md`.
"""
