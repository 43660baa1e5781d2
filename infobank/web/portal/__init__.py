"""The pages people see: templates, words, style and charts, and the values that feed them.

A handler fills a frozen view of `views`, says who reads it with a `reader.Reader`
and asks `rendering.Pages` for the HTML.  Nothing here reads a database or a clock.
"""
