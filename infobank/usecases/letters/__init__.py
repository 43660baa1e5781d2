"""Letters to residents: that something changed, by e-mail; a month on paper."""
