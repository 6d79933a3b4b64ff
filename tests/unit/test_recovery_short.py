"""The criteria of method 7.5 in short: a few of benchmarks/recovery.py with few replications."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SEEDS = range(2_000_000, 2_000_040)


@pytest.fixture(scope="module")
def criteria():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield importlib.import_module("recovery").CRITERIA


def figures(criterion, replications):
    return criterion.judge([criterion.replicate(seed) for seed in SEEDS[:replications]])


@pytest.mark.parametrize(
    ("name", "replications"),
    [
        ("bias", 20),
        ("keying", 10),
        ("coverage-lasting", 40),
        ("coverage-present", 40),
        ("change", 12),
        ("flagged", 6),
        ("verdicts", 4),
        ("patterns-unfounded", 10),
        ("maturity", 4),
        ("anonymity", 3),
        ("geometry", 40),
        ("properties", 2),
    ],
)
def test_the_engine_finds_what_is_true(criteria, name, replications):
    found = figures(criteria[name], replications)
    judged = [figure for figure in found if figure.passed is not None]
    assert judged
    assert [figure for figure in judged if not figure.passed] == []


def test_a_pattern_at_its_threshold_is_supported_half_of_the_time(criteria):
    patterns = importlib.import_module("criteria.patterns")
    chosen = patterns.thresholds()[0]["P05 D <= 10"]
    shares = [
        patterns.pattern_support(
            patterns.drawn(patterns.Firm.of(chosen, seed, employees=400), seed), organisation=True
        )["P05"].share
        for seed in SEEDS[:30]
    ]
    assert sum(shares) / len(shares) == pytest.approx(0.5, abs=0.15)


def test_a_wrong_engine_fails(criteria, monkeypatch):
    """The harness itself: intervals of half the width are found out."""
    scores = importlib.import_module("criteria.scores")
    honest = scores.cell_means

    def too_sure(*given, **options):
        means = honest(*given, **options)
        return type(means)(means.mean, means.covariance, means.value, means.error / 2, means.df)

    monkeypatch.setattr(scores, "cell_means", too_sure)
    assert any(figure.passed is False for figure in figures(criteria["coverage-lasting"], 10))
