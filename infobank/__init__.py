"""An information bank: deposit, consent, disclosure, proof and open statistics in one chain."""

__version__ = "0.1.0"
