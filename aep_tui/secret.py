"""A value that must not be shown, logged or written by accident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, NoReturn, TypeVar

MASK: Final = "••••••••"

Value_co = TypeVar("Value_co", covariant=True)


class Secret(Generic[Value_co]):
    """A value that hides itself: ``repr`` and ``str`` are masked and it cannot be pickled.

    Mostly a text; a param may be a number or a whole JSON value too. Only :meth:`reveal` gives the value back. It is called
    where a request body is built or checked, and where a person asked to see what they typed.
    """

    __slots__ = ("_value",)

    def __init__(self, value: Value_co) -> None:
        """Wrap a value."""
        self._value = value

    def reveal(self) -> Value_co:
        """Return the hidden value."""
        return self._value

    def __repr__(self) -> str:
        """Return a mask of fixed length, so that not even the length shows."""
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        """Return a mask of fixed length."""
        return MASK

    def __format__(self, format_spec: str) -> str:
        """Return the mask, formatted."""
        return format(MASK, format_spec)

    def __bool__(self) -> bool:
        """Tell whether there is anything in it: an empty text is nothing, zero and false are something."""
        return self._value is not None and self._value != ""

    def __eq__(self, other: object) -> bool:
        """Compare two secrets, texts in constant time; a secret never equals a plain value."""
        if not isinstance(other, Secret):
            return NotImplemented
        mine, theirs = self._value, other._value
        if isinstance(mine, str) and isinstance(theirs, str):
            import hmac  # loads OpenSSL, which a first frame need not wait for

            return hmac.compare_digest(mine.encode("utf-8", "surrogatepass"), theirs.encode("utf-8", "surrogatepass"))
        return type(mine) is type(theirs) and bool(mine == theirs)

    def __hash__(self) -> int:
        """Return a hash, so that a secret can stand in a record."""
        return hash((Secret, repr(self._value)))

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied into a file.

        Raises:
            TypeError: Always.
        """
        raise TypeError("a secret is not pickled")

    def __copy__(self) -> Secret[Value_co]:
        """Return the same secret."""
        return self

    def __deepcopy__(self, memo: object) -> Secret[Value_co]:
        """Return the same secret."""
        return self


def reveal_all(tree: object) -> object:
    """Return a JSON tree with every :class:`Secret` in it unwrapped; the tree given stays as it is."""
    if isinstance(tree, Secret):
        return reveal_all(tree.reveal())
    if isinstance(tree, Mapping):
        return {key: reveal_all(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [reveal_all(value) for value in tree]
    return tree
