"""The demonstration: a synthetic city, its people, and sample files.

Nothing here describes a living person.  Figures come from published tables
(`city/anchors.toml`); everything else is drawn from a seed.
"""
