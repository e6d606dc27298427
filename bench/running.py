"""All benchmarks, each in a process of its own: none sees what another left in memory."""

import os
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context

import click

from bench.results import Figure, Outcome


@dataclass(frozen=True)
class Bench:
    """A module whose `main` measures and gives figures; and its options where time is short."""

    name: str
    quick: Mapping[str, object] = field(default_factory=dict)
    full: Mapping[str, object] = field(default_factory=dict)


SQLITE = {"wanted": "sqlite"}
# What serves farmers first; what takes longest, and what depends on it least, last.
BENCHES = (
    Bench("sms", SQLITE | {"seconds": 3}),
    Bench("ussd", SQLITE | {"seconds": 3}),
    Bench("hops"),
    Bench("parser", {"texts": 1_000}),
    Bench("process", {"texts": 200}),
    Bench("growth", {"people": 2_000, "rows": 20_000}),
    Bench("filter", {"runs": 500}),
    Bench("quality", {"only": "full", "seeds": 1, "cells": 10}),
    Bench("reports", {"rows": 5_000, "people": 2_000}),
    Bench("imports", {"rows": 20_000}),
    Bench("bulletin", SQLITE | {"people": 10_000, "messages": 5_000}),
    Bench("book", {"lines": 50_000}),
    Bench("payment", {"runs": 2}),
    Bench("prices", {"rows": 100_000, "runs": 300}, {"rows": 1_000_000}),
    Bench("web", {"rows": 100_000, "runs": 10}, {"rows": 1_000_000}),
)


def run(bench: Bench, *, quick: bool) -> Outcome:
    """Measure with one of them; whatever goes wrong is its outcome, and stops no other."""
    load, began = os.getloadavg()[0], time.perf_counter()
    figures: list[Figure] = []
    fault = ""
    try:
        # Nothing is forked from us, who have imported half of it.
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as processes:
            options = dict(bench.quick if quick else bench.full)
            figures, fault = processes.submit(measure, bench.name, options).result()
    except Exception as error:
        fault = _told(error)
    return Outcome(bench.name, time.perf_counter() - began, load, figures, fault)


def measure(name: str, options: Mapping[str, object]) -> tuple[list[Figure], str]:
    """The figures of a benchmark, or why there are none, as values that reach another process."""
    try:
        main = import_module(f"bench.{name}").main
        return list(click.Context(main).invoke(main, **options)), ""
    except Exception as error:
        return [], _told(error)


def _told(error: Exception) -> str:
    said = error.format_message() if isinstance(error, click.ClickException) else str(error)
    return " ".join(f"{type(error).__name__}: {said}".split())
