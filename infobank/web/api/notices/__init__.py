"""Withdrawals and what follows: notices that recipients fetch, acknowledge and answer."""
