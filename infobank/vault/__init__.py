"""Seal what residents deposit, and find it again: blocks, manifests and the keys over them."""
