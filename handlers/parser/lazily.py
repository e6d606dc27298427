"""A value worked out once, on first use.

Until Python 3.12 functools.cached_property takes a lock for each first use, and a text has a dozen
of them: that was a sixteenth of the parser's time. Nothing here is shared while it is worked out.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class lazily(Generic[T]):  # noqa: N801 – used like a property
    """A property that is kept from its first use on."""

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self.work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "lazily[T]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> "lazily[T] | T":
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.work_out(instance)
        return value
