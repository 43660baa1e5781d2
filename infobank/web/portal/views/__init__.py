"""What each page shows, as frozen values: the contract between handlers and templates.

A view holds words in all languages (`Text`) and plain values; the page picks the
reader's language and writes the numbers and days.  `rendering.PAGES` pairs each
page's name with its view.
"""
