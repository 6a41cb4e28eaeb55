"""Writes student_t.json: tails and quantiles of Student's t, McNemar's p, a Welch test, percentiles.

Tails come from mpmath's hypergeometric series at 60 to 435 digits, quantiles from Newton steps over them,
the rest from scipy and numpy.
"""

import json
import pathlib

import mpmath as mp
import numpy as np
from scipy import stats


def upper_tail(t, freedom):
    """P(T >= t) for t > 0, from the series of whichever side converges."""
    t, freedom = mp.mpf(t), mp.mpf(freedom)
    a, half = freedom / 2, mp.mpf(1) / 2
    x = freedom / (freedom + t * t)
    power = mp.exp(mp.loggamma(a + half) - mp.loggamma(a) - mp.log(mp.pi) / 2 + a * mp.log(x) + mp.log(1 - x) / 2)
    central = x > 0.99
    first, y = (half, 1 - x) if central else (a, x)
    term = total = mp.mpf(1)
    n = 0
    # Only falling terms tell that the rest is small.
    while term > total * mp.mpf(10) ** -mp.mp.dps or n < 4 * a * y:
        term *= (a + half + n) / (first + 1 + n) * y
        total += term
        n += 1
    area = power / first * total / 2
    return half - area if central else area


def digits(t):
    """Enough that the rest of one half keeps 40 of them."""
    return 60 + int(min(t * t, 1500) / 4)


degrees = [1, 2, 2.5, 3, 5, 9, 29, 39, 41.7, 100, 499, 2999, 10041, 19999, 20000, 123456, 1e6]
points = [1e-12, 0.01, 0.3, 1, 1.7, 2, 2.6, 4, 8, 15, 37]
far = [1e3, 1e10, 1e100, 1e250]

tails = []
for freedom in degrees:
    for t in points + (far if freedom < 30 else []):
        mp.mp.dps = digits(t)
        p = upper_tail(t, freedom)
        if p > mp.mpf("1e-305"):
            tails.append([t, freedom, float(p)])

quantiles = []
for freedom in degrees:
    for p in [1e-300, 1e-50, 1e-6, 0.005, 0.025, 0.05, 0.24, 0.26, 0.45, 0.499999]:
        # scipy, or the tail's leading term, which is close where scipy gives up; then Newton on logarithms.
        constant = float(stats.t.pdf(0, freedom)) * freedom ** ((freedom + 1) / 2 - 1) if freedom < 50 else 0
        t = mp.mpf((constant / p) ** (1 / freedom) if freedom < 10 and p < 1e-40 else stats.t.isf(p, freedom))
        if not mp.isfinite(t):
            continue
        for _ in range(4):
            mp.mp.dps = digits(float(t))
            tail = upper_tail(t, freedom)
            density = mp.exp(mp.loggamma(mp.mpf(freedom + 1) / 2) - mp.loggamma(mp.mpf(freedom) / 2)
                             - mp.log(freedom * mp.pi) / 2 - mp.mpf(freedom + 1) / 2 * mp.log(1 + t * t / freedom))
            t += mp.log(tail / p) * tail / density
        assert abs(upper_tail(t, freedom) / p - 1) < 1e-18, (p, freedom)
        quantiles.append([p, freedom, -float(t)])

pairs = [[0, 0], [0, 1], [1, 0], [0, 5], [3, 10], [7, 7], [7, 8], [15, 16], [16, 40], [0, 1000], [480, 520],
         [4900, 5100], [49000, 51000], [499000, 501000], [498000, 502000], [500000, 500000]]
mcnemar = [[b, c, float(stats.binomtest(b, b + c, 0.5).pvalue) if b + c else 1.0] for b, c in pairs]

rng = np.random.default_rng(7)
first, second = rng.normal(0.1, 1, 30).round(6), rng.normal(0.3, 4, 12).round(6)
welch = stats.ttest_ind(first, -second, equal_var=False)
values = rng.normal(0, 1, 101).round(6)

pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "source": f"mpmath {mp.__version__}, scipy and numpy",
    "upper_tails": tails, "quantiles": quantiles, "mcnemar": mcnemar,
    "welch": {"first": list(first), "second": list(second), "mean": float((first.mean() + second.mean()) / 2),
              "degrees_of_freedom": float(welch.df), "p": float(welch.pvalue),
              "t95": [float(x) / 2 for x in welch.confidence_interval()]},
    "percentiles": {"values": list(values), "low": float(np.percentile(values, 2.5)),
                    "high": float(np.percentile(values, 97.5))},
}).replace("]], ", "]],\n").replace("], [", "],\n[") + "\n")
