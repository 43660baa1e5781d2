"""Keep what is in a process's memory from leaving it."""

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4
"""`prctl(2)`: no core file, and no debugger of the same account, from now on."""


def close_to_debuggers() -> None:
    """Let this process leave no core file and no other process of its account look into it.

    Where the kernel has no `prctl` (macOS), core files are still forbidden.

    Raises:
        OSError: the kernel refuses.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE) failed")
