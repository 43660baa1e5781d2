"""WalkCoach / ウォークコーチ: a service provider to run and to copy; imports nothing of the bank.

`broker.py` is the part to copy: every call to the bank, in order.  `pages.py` is what the
visitor sees, `__main__.py` joins the two.  `docs/provider.md` shows the calls on the wire.
"""
