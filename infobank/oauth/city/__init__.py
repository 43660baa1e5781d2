"""The bank as a client of the city's own sign-in (OpenID Connect Core 1.0).

Everything here is pure: what is sent, and what is believed of what comes back.
"""
