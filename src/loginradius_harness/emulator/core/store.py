"""Keyed state that forks in constant time."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
_GONE: Any = object()  # marks a key of a lower layer as removed


class Store(Generic[Value]):
    """A dictionary whose forks share what neither side has touched since.

    A fork freezes the present content as a layer below both sides. A value of a lower layer is copied on first `get`,
    so that a caller may change what it was given without the other side seeing it. `scan` does not copy: its values
    are for reading only. Made as `Store[Account]()`, so that a snapshot knows what its values are.
    """

    __orig_class__: Any  # set by Python on what is made through `Store[...]`

    def __init__(self) -> None:
        self._own: dict[str, Value] = {}
        self._below: tuple[dict[str, Value], ...] = ()  # newest first, never written again

    def get(self, key: str) -> Value | None:
        """Return the value, or None. The caller may change it."""
        value = self._own.get(key)
        if value is not None:
            return None if value is _GONE else value
        return self._lift(key) if self._below else None

    def _lift(self, key: str) -> Value | None:
        for layer in self._below:
            value = layer.get(key)
            if value is not None:
                if value is _GONE:
                    return None
                copied: Value = deepcopy(value)
                self._own[key] = copied
                return copied
        return None

    def put(self, key: str, value: Value) -> None:
        """Set or replace a value."""
        self._own[key] = value

    def remove(self, key: str) -> None:
        """Forget a key; nothing happens where it is unknown."""
        if self._below:
            self._own[key] = _GONE
        else:
            self._own.pop(key, None)

    def __contains__(self, key: str) -> bool:
        return any(key in layer and layer[key] is not _GONE for layer in self._first_with(key))

    def _first_with(self, key: str) -> Iterator[dict[str, Value]]:
        for layer in (self._own, *self._below):
            if key in layer:
                yield layer
                return

    def __len__(self) -> int:
        return len(self._own) if not self._below else sum(1 for _ in self.scan())

    def scan(self) -> Iterator[tuple[str, Value]]:
        """Yield every key and value, newest layer first, for reading only."""
        if not self._below:
            yield from list(self._own.items())
            return
        seen: set[str] = set()
        for layer in (self._own, *self._below):
            for key, value in list(layer.items()):
                if key not in seen:
                    seen.add(key)
                    if value is not _GONE:
                        yield key, value

    @property
    def kind(self) -> Any:
        """Return the type of the values."""
        return self.__orig_class__.__args__[0]

    def replace(self, content: dict[str, Value]) -> None:
        """Replace the whole content."""
        self._own, self._below = content, ()

    def fork(self) -> "Store[Value]":
        """Return a child with the same content; from then on neither sees the changes of the other."""
        if self._own:
            self._below = (self._own, *self._below)
            self._own = {}
        child: Store[Value] = Store()
        child.__orig_class__ = self.__orig_class__
        child._below = self._below
        return child
