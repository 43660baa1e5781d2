"""Put what the bank keeps into the words that pages show: values become views.

Nothing here asks a database or a clock; a handler brings what a use case returned.
"""
