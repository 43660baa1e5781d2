"""A release as files: rendered once into bytes that never change.

Every renderer is a pure function of the statistic, the release and the `Site` that will
serve it.  `bundle.render_release` makes them all, with a manifest for the caller to sign.
"""
