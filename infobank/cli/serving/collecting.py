"""Keep Python's garbage collector from looking again and again at what stays."""

import gc


def leave_out_what_stays() -> None:
    """Tell the collector that what a process has made to start with lives as long as it does.

    Otherwise each full collection walks through all modules and policies: tens of
    milliseconds, in which the process answers nobody.
    """
    gc.collect()
    gc.freeze()
