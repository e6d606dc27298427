"""Benchmarks set up the logs of their process, which here is everybody's."""

from collections.abc import Iterator

import pytest

from tests.app.commandline import logs_as_they_were


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    with logs_as_they_were():
        yield
