"""Open statistics: bounded contributions, a privacy budget, noise once, releases that never change.

A statistic is a file of `policies/statistics/`.  Each consenting resident's own records
become at most one `Contribution`; contributions are added up in a `Tally` of integers; a
`Spend` is committed; noise is drawn once; the noisy integers become a `Release`, which is
rendered once into static bytes.
"""
