"""The backtest's world is what it says, and its figures are what they are called."""

import csv
import gzip
import io
import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench.quality import (
    COUNTRIES,
    GOALS,
    Result,
    figures,
    judge,
    needed_after_shift,
    scored_days,
    table,
)
from bench.quality_csv import as_csv
from bench.quality_figures import accuracy, is_covered, log_errors, reports_needed, share
from bench.quality_filter import FilterEstimator
from bench.quality_rivals import PLAIN_MEDIAN, RIVALS, WindowRule, fenced_mean, mean, median
from bench.quality_series import Floats, Series, load_series, unit_ratios
from bench.quality_simulation import COLLUDED, SHOUTED, SHOUTS_A_DAY, simulate
from bench.quality_world import SCENARIOS, WARM_UP_DAYS, SimReport, World

MIDDLES = [date(2022 + month // 12, month % 12 + 1, 15) for month in range(36)]


def _series(market: str, commodity: str = "Maize", level: float = 1000.0) -> Series:
    prices = {month: level * 1.02**index for index, month in enumerate(MIDDLES)}
    return Series(commodity, market, "KG", "Retail", "UGX", 0.3, 32.5, prices)


SERIES = [_series(f"Market {index}", level=1000.0 + 300 * index) for index in range(6)]


def _world(scenario: str, seed: int = 1, cells: int = 6) -> World:
    return simulate(SERIES, scenario, seed, cells=cells)


def _hand_made(*told: tuple[int, float]) -> World:
    """One cell at a true price of 100 for thirty days, and reports at noon: (day, price)."""
    empty = simulate(SERIES, "clean", 1, cells=1, days=30)
    noon = datetime.combine(empty.days[0], datetime.min.time(), UTC) + timedelta(hours=12)
    reports = [
        SimReport(0, who, noon + timedelta(days=day), price, False)
        for who, (day, price) in enumerate(told)
    ]
    return replace(empty, truth=np.full((1, 30), 100.0), reports=reports)


# --- the published series ----------------------------------------------------------------------

FILE = """date,market,category,commodity,unit,priceflag,pricetype,currency,price
#date,#loc+market,#item,#item+name,#item+unit,#item+price+flag,#item+price+type,#currency,#value
2023-01-15,Lira,cereals,Maize,KG,actual,Retail,UGX,1000
2023-02-15,Lira,cereals,Maize,KG,actual,Retail,UGX,1100
2023-03-15,Lira,cereals,Maize,KG,forecast,Retail,UGX,9000
2023-04-15,Lira,cereals,Maize,KG,actual,Retail,UGX,0
2023-01-15,Lira,cereals,Maize,90 KG,actual,Wholesale,UGX,80000
2023-02-15,Lira,non-food,Soap,KG,actual,Retail,UGX,5000
2023-02-15,Gulu,milk,Milk,L,"actual,aggregate",Retail,UGX,900
2023-02-15,Gulu,milk,Milk,L,"actual,aggregate",Retail,UGX,1600
"""


@pytest.mark.parametrize("name", ["prices.csv", "prices.csv.gz"])
def test_a_price_file_is_read_as_series(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(FILE.encode()) if path.suffix == ".gz" else FILE.encode())
    milk, maize = load_series(path)
    assert (maize.market, maize.commodity, maize.unit) == ("Lira", "Maize", "KG")
    assert maize.prices == pytest.approx({date(2023, 1, 15): 1000, date(2023, 2, 15): 1100})
    assert milk.prices == pytest.approx({date(2023, 2, 15): 1200})  # published twice
    assert math.isnan(milk.latitude)


def test_a_day_between_two_months_is_on_a_straight_line_in_log_price() -> None:
    one = replace(SERIES[0], prices={date(2023, 4, 15): 100.0, date(2023, 5, 15): 400.0})
    assert one.is_complete(date(2023, 4, 15), date(2023, 5, 15))
    assert not one.is_complete(date(2023, 4, 14), date(2023, 5, 15))
    assert not one.is_complete(date(2023, 4, 15), date(2023, 5, 16))
    daily = one.daily([date(2023, 4, 15), date(2023, 4, 30), date(2023, 5, 15)])
    assert daily == pytest.approx([100, 200, 400])


def test_the_countries_are_there_and_long_enough() -> None:
    for path in COUNTRIES.values():
        world = simulate(load_series(path), "thin", 1)
        assert len(world.cells) == 24
        assert (world.truth > 0).all()


def test_units_mistaken_go_both_ways() -> None:
    assert {0.5, 2, 18, 90, 1 / 90} <= set(unit_ratios("KG"))
    assert {0.5, 20, 0.3, 1 / 0.3} <= set(unit_ratios("500 ML"))
    assert 1 not in unit_ratios("Unit")


# --- the world ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_one_seed_gives_one_world(scenario: str) -> None:
    world, again, other = _world(scenario), _world(scenario), _world(scenario, seed=2)
    assert (world.cells, world.reports) == (again.cells, again.reports)
    assert (world.truth == again.truth).all()
    assert world.reports != other.reports
    assert all(one.at <= next_.at for one, next_ in pairwise(world.reports))


def test_scenarios_differ_in_nothing_but_what_they_are_about() -> None:
    clean, full = _world("clean"), _world("full")
    assert [(it.cell, it.reporter, it.at) for it in clean.reports] == [
        (it.cell, it.reporter, it.at) for it in full.reports
    ]
    assert {report for report in full.reports if not report.is_bad} < set(clean.reports)
    assert set(full.reports) < set(_world("flood").reports)


def test_a_fifth_of_the_reports_is_bad_each_kind_as_often_as_the_next() -> None:
    reports = [report for seed in range(8) for report in _world("full", seed).reports]
    bad = [report for report in reports if report.is_bad]
    assert len(bad) / len(reports) == pytest.approx(0.2, abs=0.01)
    kinds = Counter(report.factor for report in bad)
    for factor in (10, 0.1, 1.8, 2.5):
        assert kinds[factor] / len(bad) == pytest.approx(1 / 6, abs=0.03)
    assert kinds[0.5] / len(bad) == pytest.approx(1 / 6 + 1 / 72, abs=0.03)  # a unit, too
    units = sum(count for factor, count in kinds.items() if factor in unit_ratios("KG"))
    assert (units - kinds[0.5]) / len(bad) == pytest.approx(1 / 6 - 1 / 72, abs=0.03)
    assert not any(report.is_bad for report in _world("clean").reports)


def test_a_report_is_the_truth_times_its_factor_but_for_noise() -> None:
    world = _world("full")
    for report in world.reports:
        truth = world.truth[report.cell, world.day_of(report)]
        assert report.price / truth / report.factor == pytest.approx(1, abs=0.9)
    tenfold = [report for report in world.reports if report.factor == 10]
    off = [it.price / world.truth[it.cell, world.day_of(it)] for it in tenfold]
    assert np.median(off) == pytest.approx(10, rel=0.05)


def test_honest_people_are_off_by_their_bias_and_noise() -> None:
    reports = [(world, it) for world in map(_clean, range(6)) for it in world.reports]
    errors = [math.log(it.price / w.truth[it.cell, w.day_of(it)]) for w, it in reports]
    assert np.mean(errors) == pytest.approx(0, abs=0.01)
    assert 0.09 < np.std(errors) < 0.13


def _clean(seed: int) -> World:
    return _world("clean", seed)


def test_full_cells_have_one_to_three_reports_a_day_thin_ones_one_in_three_days() -> None:
    full, thin = _world("full"), _world("thin")
    a_day = Counter((it.cell, it.at.date()) for it in full.reports)
    assert set(a_day.values()) == {1, 2, 3}
    assert len(a_day) == 6 * 92
    assert len(thin.reports) / (6 * 92) == pytest.approx(1 / 3, abs=0.06)
    assert all(3 <= it.at.hour < 15 for it in full.reports)  # UTC: 6 to 18 in Kampala


def test_a_third_of_the_people_serve_two_cells() -> None:
    cells_of: dict[int, set[int]] = {}
    for report in _world("full").reports:
        cells_of.setdefault(report.reporter, set()).add(report.cell)
    assert Counter(map(len, cells_of.values())) == {1: 36, 2: 18}
    assert all(
        len({it.reporter for it in _world("full").reports if it.cell == cell}) == 12
        for cell in range(6)
    )


def _added(more: World, less: World) -> list[SimReport]:
    return list((Counter(more.reports) - Counter(less.reports)).elements())


def test_a_flood_is_one_phone_shouting_one_wrong_price_on_some_days() -> None:
    flood, full = _world("flood"), _world("full")
    shouts = [it for it in _added(flood, full) if it.cell == 0]
    assert {it.factor for it in shouts} == {SHOUTED}
    assert len({it.reporter for it in shouts}) == 1
    by_day = Counter(it.at.date() for it in shouts)
    assert set(by_day.values()) == {SHOUTS_A_DAY}
    assert len({it.price for it in shouts}) == len(by_day)
    assert 8 <= len(by_day) <= 30


def test_who_is_always_loud_shouts_the_right_price_on_the_other_days() -> None:
    loud, full = _world("loud"), _world("full")
    shouts = [it for it in _added(loud, full) if it.cell == 0]
    assert set(Counter(it.at.date() for it in shouts).values()) == {SHOUTS_A_DAY}
    assert len({it.at.date() for it in shouts}) == 92
    assert {it.factor for it in shouts} == {1, SHOUTED}


def test_a_pair_texts_one_price_within_minutes_ten_days_of_each_month() -> None:
    told = sorted(
        (it for it in _world("pair").reports if it.cell == 2 and it.factor == COLLUDED),
        key=lambda it: it.at,
    )
    assert Counter(it.at.month for it in told) == {3: 20, 4: 20, 5: 20}
    assert len({it.reporter for it in told}) == 2
    for first, second in zip(told[::2], told[1::2], strict=True):
        assert first.price == second.price
        assert timedelta() < second.at - first.at < timedelta(minutes=10)
    busy = {(it.reporter, it.at.date()) for it in told}
    others = [it for it in _world("pair").reports if it.factor != COLLUDED]
    assert not any((it.reporter, it.at.date()) in busy for it in others if it.cell == 2)


def test_a_swapped_report_is_another_markets_price() -> None:
    swap, full = _world("swap"), _world("full")
    swapped = [
        (now, before)
        for now, before in zip(swap.reports, full.reports, strict=True)
        if now != before
    ]
    assert len(swapped) / len(full.reports) == pytest.approx(0.05, abs=0.02)
    for now, before in swapped:
        day = swap.day_of(now)
        elsewhere = swap.truth[:, day]
        meant = swap.truth[now.cell, day] * now.factor
        assert np.isclose(elsewhere, meant).any()
        assert now.is_bad
        assert now.price / now.factor == pytest.approx(before.price / before.factor)


def test_a_market_alone_has_nothing_to_be_swapped_with() -> None:
    alone = [_series("Lira"), _series("Gulu", "Beans")]
    swap, full = (simulate(alone, scenario, 1, cells=2) for scenario in ("swap", "full"))
    assert swap.reports == full.reports


def test_a_shift_moves_the_truth_for_good() -> None:
    shift, full = _world("shift"), _world("full")
    assert full.shift_days == (-1,) * 6
    for cell, day in enumerate(shift.shift_days):
        assert WARM_UP_DAYS < day < 92 - 20
        ratio = shift.truth[cell] / full.truth[cell]
        assert ratio[:day] == pytest.approx(1)
        assert np.ptp(ratio[day:]) < 1e-9
        assert round(ratio[-1], 9) in {0.6, 1.4}


def test_a_span_may_be_drawn_too() -> None:
    starts = {simulate(SERIES, "thin", seed, cells=2, start=None).days[0] for seed in range(6)}
    assert len(starts) > 3


def test_too_few_series_are_said() -> None:
    with pytest.raises(ValueError, match="6 series are complete from 2023-03-01 to 2023-05-31"):
        simulate(SERIES, "full", 1, cells=7)
    with pytest.raises(ValueError, match="at no time"):
        simulate(SERIES, "full", 1, cells=7, start=None)


def test_a_cell_knows_only_what_was_published_before_its_span() -> None:
    (cell, *_) = _world("full").cells
    assert cell.published[-1][0] == date(2023, 1, 15)
    assert len(cell.published) == 13


# --- plain rules -------------------------------------------------------------------------------


def test_a_rule_speaks_of_the_last_seven_days() -> None:
    world = _hand_made((0, 90), (3, 110), (8, 300))
    prices = PLAIN_MEDIAN.estimate(world)[0, :, 0]
    assert list(prices[[0, 2, 3, 6]]) == [90, 90, 100, 100]
    assert list(prices[[7, 8, 9, 10]]) == [110, 205, 205, 300]
    assert prices[14] == 300
    assert np.isnan(prices[15])
    assert np.isnan(PLAIN_MEDIAN.estimate(world)[..., 1:]).all()


def test_a_rule_can_be_asked_after_each_report() -> None:
    world = _hand_made((0, 90), (3, 110), (8, 300))
    assert list(PLAIN_MEDIAN.follow(world)) == [90, 100, 205]


@pytest.mark.parametrize(
    ("rule", "prices", "made"),
    [
        (mean, [90, 100, 110, 1000], 325),
        (median, [90, 100, 110, 1000], 105),
        (fenced_mean, [90, 95, 100, 105, 110, 1000], 100),
        (fenced_mean, [100, 100, 1000], 400),  # of three, none can be outside
        (fenced_mean, [0.1, 0.1, 0.1], 0.1),
    ],
)
def test_plain_rules(rule: object, prices: list[float], made: float) -> None:
    assert callable(rule)
    assert rule(np.array(prices, dtype=np.float64)) == pytest.approx(made)


# --- the filter --------------------------------------------------------------------------------


def test_the_filter_holds_on_to_a_price_through_a_slip() -> None:
    world = _hand_made(*((day, 100) for day in range(10)), (10, 1000), (14, 100))
    middle, low, high = np.moveaxis(FilterEstimator().estimate(world)[0], -1, 0)
    assert middle == pytest.approx(100, rel=0.01)
    assert ((low < 100) & (high > 100)).all()
    width = np.log(high / low)
    assert width[9] < width[0]
    assert width[29] > width[14]  # nobody reported since


def test_the_filter_knows_nothing_before_the_first_report() -> None:
    made = FilterEstimator().estimate(_hand_made((3, 100)))[0]
    assert np.isnan(made[:3]).all()
    assert made[3:, 0] == pytest.approx(100, rel=0.01)


def test_after_the_last_report_of_a_day_the_filter_says_what_it_says_that_night() -> None:
    world = _world("thin", cells=2)
    made, after = FilterEstimator().estimate(world), FilterEstimator().follow(world)
    last = {
        (it.cell, world.day_of(it)): price for it, price in zip(world.reports, after, strict=True)
    }
    for (cell, day), price in last.items():
        assert price == pytest.approx(made[cell, day, 0], rel=1e-3)  # a checkpoint rounds


# --- figures -----------------------------------------------------------------------------------


def test_errors_are_the_same_up_and_down() -> None:
    errors = log_errors(np.array([200.0, 50.0, 100.0, np.nan]), np.full(4, 100.0))
    assert errors[:3] == pytest.approx([math.log(2), math.log(2), 0])
    assert math.isnan(errors[3])


def test_errors_summed_up() -> None:
    summed = accuracy(np.array([0.0, 0.1, 0.2, 0.3, math.log(2)]))
    assert summed.count == 5
    assert summed.median == pytest.approx(0.2)
    assert summed.p90 == pytest.approx(0.3 + 0.6 * (math.log(2) - 0.3))
    assert summed.worst == pytest.approx(2)
    assert math.isnan(accuracy(np.empty(0)).median)


def test_a_range_covers_what_lies_in_it() -> None:
    ranges = np.array([[100, 90, 110], [100, 90, 95], [100, 100, 120], [100, np.nan, np.nan]])
    covered = is_covered(ranges, np.full(4, 100.0))
    assert list(covered[:3]) == [1, 0, 1]
    assert math.isnan(covered[3])
    assert share(covered) == pytest.approx(2 / 3)
    assert math.isnan(share(covered[3:]))


@pytest.mark.parametrize(
    ("prices", "needed"),
    [
        ([140, 140, 140, 140], 1),
        ([100, 120, 130, 141, 139, 150], 3),
        ([100, 140, 140, 200, 140, 140, 140, 140], 5),  # it did not stay
        ([100, 140, 140, 140], math.inf),  # nobody knows whether it would have
        ([np.nan, 140, 140, 140, 140], 2),
        ([], math.inf),
    ],
)
def test_reports_needed_after_a_shift(prices: list[float], needed: float) -> None:
    told = np.array(prices, dtype=np.float64)
    assert reports_needed(told, np.full(len(told), 140.0)) == needed


# --- the table ---------------------------------------------------------------------------------


class _Oracle:
    """Knows the truth on every second day, and gives a range around it."""

    name = "oracle"

    def estimate(self, world: World) -> Floats:
        made = np.stack([world.truth, world.truth * 0.9, world.truth * 1.1], axis=-1)
        made[:, ::2] = np.nan
        return made


class _Daily:
    """The plain median, which cannot be asked after a single report."""

    name = "daily"

    def estimate(self, world: World) -> Floats:
        return PLAIN_MEDIAN.estimate(world)


def test_each_is_judged_beside_the_plain_median_on_the_same_days() -> None:
    world = _world("thin")
    oracle, plain = judge([world], [_Oracle(), PLAIN_MEDIAN])
    both = scored_days(world) & ~np.isnan(PLAIN_MEDIAN.estimate(world)[..., 0])
    assert plain.accuracy == plain.rival
    assert plain.accuracy.count == both.sum()
    assert oracle.accuracy.count == both[:, 1::2].sum()
    assert (oracle.accuracy.median, oracle.accuracy.worst) == (0, 1)
    assert (oracle.median_ratio, oracle.coverage) == (0, 1)
    assert oracle.published == pytest.approx(36 / 71)
    assert plain.published == pytest.approx(both.sum() / (6 * 71))
    assert math.isnan(plain.coverage)
    assert math.isnan(plain.needed_by(0.5))


def test_the_warm_up_is_not_scored() -> None:
    scored = scored_days(_world("thin"))
    assert not scored[:, :WARM_UP_DAYS].any()
    assert scored[:, WARM_UP_DAYS:].all()


def test_a_shift_is_counted_in_reports() -> None:
    world = replace(
        _hand_made(*((day, 100) for day in range(15)), *((day, 140) for day in range(15, 28))),
        scenario=SCENARIOS["shift"],
        shift_days=(15,),
    )
    world.truth[0, 15:] = 140
    always = WindowRule("newest", lambda prices: float(prices[-1]))
    assert list(needed_after_shift(world, always, always.estimate(world))) == [1]
    made = PLAIN_MEDIAN.estimate(world)
    assert list(needed_after_shift(world, PLAIN_MEDIAN, made)) == [4]  # more than half of seven
    assert list(needed_after_shift(world, _Daily(), made)) == [4]


def test_the_table_marks_what_reached_its_goal() -> None:
    world = _world("full")
    plain, oracle, daily, goal = list(
        table("full", judge([world], [PLAIN_MEDIAN, _Oracle(), _Daily()]))
    )[1:]
    assert "✓" not in plain + goal
    assert "✗" not in plain + goal
    assert oracle.count("✓") == 3  # the worst, and both errors
    assert "100%✗" in oracle  # a range that always holds the truth is too wide
    assert daily.count("✗") == 3
    assert f"≤×{GOALS['full'].worst}" in goal


def test_each_rule_has_a_line_in_each_scenario() -> None:
    for scenario in SCENARIOS:
        lines = list(table(scenario, judge([_world(scenario)], RIVALS)))
        assert [line.split("  ")[0] for line in lines[:1]] == [scenario]
        assert len(lines) == 2 + len(RIVALS)


def test_what_has_a_goal_is_told_as_figures() -> None:
    made, rival = accuracy(np.array([0.02] * 9 + [0.08])), accuracy(np.array([0.05] * 9 + [0.1]))
    full = Result("filter", made, rival, 1.0, 0.8, np.empty(0))
    assert [(one.name, one.is_met) for one in figures("full", full)] == [
        ("price error, full: median", True),
        ("price error, full: p90", True),
    ]
    shifted = Result("filter", made, rival, 1.0, 0.8, np.array([2.0] * 5 + [9.0] * 5))
    assert [(one.value, one.is_met) for one in figures("shift", shifted)] == [(2, True), (9, False)]
    assert not list(figures("nobody's", full))


# --- for the whole road ------------------------------------------------------------------------


def test_the_reports_as_a_file_to_import() -> None:
    world = _world("thin")
    first = world.reports[0]
    market = world.cells[first.cell].market
    rows = list(
        csv.DictReader(
            io.StringIO(as_csv(world, markets={market: "lira"}, commodities={"Maize": "maize"}))
        )
    )
    assert len(rows) == len(world.reports)
    assert rows[0] == {
        "reported_at": first.at.isoformat(),
        "reporter": f"+256772{first.reporter:06}",
        "commodity": "maize",
        "market": "lira",
        "price": f"{first.price:.4f}",
        "unit": "kg",
        "currency": "UGX",
        "price_type": "retail",
    }
