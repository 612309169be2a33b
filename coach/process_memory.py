"""What glibc keeps of freed memory is given back to the system; with another C library both do nothing."""

import contextlib
import ctypes

# The numbers that glibc's mallopt(3) has for them.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
# What an encoding needs for an instant is larger, and goes back at once instead of staying with each thread.
LARGE = 1 << 20


def keep_little() -> None:
    """From now on, large pieces of freed memory go back to the system at once."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(MMAP_THRESHOLD, LARGE)
        library.mallopt(TRIM_THRESHOLD, LARGE)


def give_back() -> None:
    """Return what is free by now; glibc would keep its pages for each thread that loads a version."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
