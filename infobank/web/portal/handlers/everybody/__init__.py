"""Pages for everybody: the bank itself, its open data and its documentation."""
