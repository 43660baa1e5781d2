"""Key material that does not show, compare, copy or travel by accident."""

from typing import NoReturn

from infobank.vault.envelope import KEY_LENGTH


class Guarded:
    """Be an object that says its kind and nothing else, and that cannot be pickled or copied."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: not shown>"

    def __getstate__(self) -> NoReturn:
        # Every protocol of pickle and both kinds of copy ask for the state.
        raise TypeError(f"{type(self).__name__} is never pickled or copied")


class Secret(Guarded):
    """Hold 32 secret bytes.

    Two secrets are equal only when they are the same object.  Not promised: wiping.
    Python copies bytes freely, so who can read the memory of the process can read its
    keys; see `docs/spec/keys.md`.

    Raises:
        ValueError: the material is not 32 bytes.
    """

    __slots__ = ("_material",)

    def __init__(self, material: bytes) -> None:
        if len(material) != KEY_LENGTH:
            raise ValueError("a key has 32 bytes")
        self._material = bytes(material)

    def reveal(self) -> bytes:
        """Return the bytes, to be handed to a cipher at once and kept nowhere."""
        return self._material
