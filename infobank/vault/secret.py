"""Key material that does not show, compare, copy or travel by accident, and that is wiped."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import NoReturn, Self

from infobank.vault.envelope import KEY_LENGTH, Material

_ZEROS = bytes(KEY_LENGTH)


class Guarded:
    """Be an object that says its kind and nothing else, and that cannot be pickled or copied."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: not shown>"

    def __getstate__(self) -> NoReturn:
        # Every protocol of pickle and both kinds of copy ask for the state.
        raise TypeError(f"{type(self).__name__} is never pickled or copied")


class Wipeable(Guarded, ABC):
    """Hold keys for the length of a `with` block, then overwrite them."""

    __slots__ = ()

    @abstractmethod
    def wipe(self) -> None:
        """Overwrite the keys with zeros; whatever uses them later raises `ValueError`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()


class Secret(Wipeable):
    """Hold 32 secret bytes in a buffer that is overwritten when it is wiped or dropped.

    A `bytearray` is emptied into it; other material is copied.  Two secrets are equal
    only when they are the same object.

    What is *not* wiped: keys that came as `bytes` or were derived as `bytes` (Python
    frees them and leaves their contents to the next who asks for memory), the schedules
    that OpenSSL makes of a key (OpenSSL clears them itself), registers, and whatever the
    kernel swapped out or a debugger read.

    Raises:
        ValueError: the material is not 32 bytes.
    """

    __slots__ = ("_material", "_view")

    def __init__(self, material: Material) -> None:
        if len(material) != KEY_LENGTH:
            raise ValueError("a key has 32 bytes")
        self._material = _Buffer(material)
        self._view: memoryview | None = memoryview(self._material).toreadonly()
        if isinstance(material, bytearray):
            material[:] = _ZEROS

    def reveal(self) -> memoryview:
        """Show the bytes in place, to be handed to a cipher at once and kept nowhere.

        Raises:
            ValueError: the secret was wiped.
        """
        if self._view is None:
            raise ValueError("the key was wiped")
        return self._view

    def wipe(self) -> None:
        """Overwrite the key with zeros, and close every view of it."""
        if self._view is not None:
            self._material[:] = _ZEROS
            # INVARIANT: no cipher is ever given the zeros that are left.
            self._view.release()
            self._view = None


class _Buffer(bytearray):
    """Bytes that are overwritten when neither a secret nor a view of it holds them any more."""

    __slots__ = ()

    def __del__(self, zeros: bytes = _ZEROS) -> None:
        # A default value is still there when the interpreter ends; a module's name is not.
        self[:] = zeros
