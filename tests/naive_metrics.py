"""Slow, obvious twins of the metrics, on plain Python values."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from scipy.special import gammaln
from scipy.stats import poisson as poisson_law
from scipy.stats import rankdata

from frameumap import metrics


def binary(formula):
    """A distance of (a, b, c, d), see `metrics.binary`; 0 where it is 0 / 0."""

    def distance(x, y):
        pairs = Counter((bool(u), bool(v)) for u, v in zip(x, y, strict=True))
        top, bottom = formula(
            pairs[True, True], pairs[True, False], pairs[False, True], pairs[False, False]
        )
        return top / bottom if bottom else 0.0

    return distance


BINARY = {
    "matching": binary(lambda a, b, c, d: (b + c, a + b + c + d)),
    "jaccard_binary": binary(lambda a, b, c, d: (b + c, a + b + c)),
    "dice_binary": binary(lambda a, b, c, d: (b + c, 2 * a + b + c)),
    "russell_rao": binary(lambda a, b, c, d: (b + c + d if b + c else 0, a + b + c + d)),
    "kulczynski": binary(lambda a, b, c, d: (2 * (b + c) + d if b + c else 0, a + 2 * (b + c) + d)),
    "rogers_tanimoto": binary(lambda a, b, c, d: (2 * (b + c), a + d + 2 * (b + c))),
    "sokal_sneath": binary(lambda a, b, c, d: (2 * (b + c), a + 2 * (b + c))),
    "yule": binary(lambda a, b, c, d: (2 * b * c, a * d + b * c if b * c else 0)),
}


def _float32(x):
    return np.asarray(x, np.float32).astype(float)


def minkowski(x, y, p):
    x, y = _float32(x), _float32(y)
    return float((np.abs(x - y) ** p).sum() ** (1 / p))


def canberra(x, y):
    return sum(
        abs(a - b) / (abs(a) + abs(b))
        for a, b in zip(_float32(x), _float32(y), strict=True)
        if abs(a) + abs(b) > 0
    )


def braycurtis(x, y):
    x, y = _float32(x), _float32(y)
    gap, size = np.abs(x - y).sum(), np.abs(x + y).sum()
    return gap / size if size > 0 else float(gap > 0)


def spearman(x, y):
    a, b = rankdata(_float32(x)), rankdata(_float32(y))
    a, b = a - a.mean(), b - b.mean()
    if not a.any() or not b.any():
        return float(a.any() or b.any())
    return 1 - float(a @ b) / math.sqrt(float(a @ a) * float(b @ b))


def ts_ss(x, y):
    x, y = _float32(x), _float32(y)
    m, n = np.linalg.norm(x), np.linalg.norm(y)
    if m == 0 or n == 0 or (x == y).all():
        return 0.0
    angle = math.acos(np.clip(x @ y / (m * n), -1, 1)) + math.radians(10)
    return abs(m * n * math.sin(angle) / 2) * (np.linalg.norm(x - y) + abs(m - n)) ** 2 * angle / 2


def _shares(x):
    x = _float32(x)
    return x / x.sum() if x.sum() > 0 else None


def histogram(distance, empty):
    """A distance of shares; rows without counts are at 0 of each other and `empty(p)` of the
    rest."""

    def whole(x, y):
        p, q = _shares(x), _shares(y)
        if p is None or q is None:
            return 0.0 if p is None and q is None else float(empty(len(x)))
        return float(distance(p, q))

    return whole


def _kl(p, q):
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)


def _jensen_shannon(p, q):
    m = (p + q) / 2
    return math.sqrt(max(0.0, (_kl(p, m) + _kl(q, m)) / 2 / math.log(2)))


def _circular(p, q):
    gaps = np.cumsum(p - q)
    return min(np.abs(gaps - t).sum() for t in gaps)


hellinger = histogram(
    lambda p, q: math.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2), lambda p: 1
)
jensen_shannon = histogram(_jensen_shannon, lambda p: 1)
wasserstein = histogram(lambda p, q: np.abs(np.cumsum(p - q)).sum(), lambda p: p - 1)
wasserstein_circular = histogram(_circular, lambda p: p / 2)


def symmetric_kl(x, y, floor):
    p, q = _float32(x) + floor, _float32(y) + floor
    p, q = p / p.sum(), q / q.sum()
    return (_kl(p, q) + _kl(q, p)) / 2


def _log_dirichlet_multinomial(x, a):
    """Of the counts x in order, without the multinomial coefficient."""
    return gammaln(a.sum()) - gammaln(a.sum() + x.sum()) + (gammaln(a + x) - gammaln(a)).sum()


def dirichlet(x, y, prior):
    x, y = _float32(x), _float32(y)
    if not x.any() or not y.any():
        return 0.0 if x.any() == y.any() else math.sqrt(math.log(2))

    def lost(u, v):
        return (
            max(
                0.0,
                _log_dirichlet_multinomial(u, u + prior) - _log_dirichlet_multinomial(u, v + prior),
            )
            / u.sum()
        )

    return math.sqrt(lost(x, y) + lost(y, x))


def poisson(x, y, rate):
    return sum(
        -poisson_law.logpmf(k, rate)
        for a, b in zip(x, y, strict=True)
        for k in range(int(min(a, b)), int(max(a, b)))
    )


def poincare(x, y):
    x, y = _float32(x), _float32(y)
    return math.acosh(1 + 2 * ((x - y) ** 2).sum() / ((1 - (x**2).sum()) * (1 - (y**2).sum())))


def hyperboloid(x, y):
    x, y = _float32(x), _float32(y)
    return math.acosh(max(1.0, math.sqrt(1 + (x**2).sum()) * math.sqrt(1 + (y**2).sum()) - x @ y))


def gower(x, y, weights):
    parts = [
        abs(w) * ((a != b) if w < 0 else abs(a - b))
        for a, b, w in zip(_float32(x), _float32(y), weights, strict=True)
    ]
    return sum(parts) / sum(abs(w) for w in weights)


def calendar(x, y, time, weekday, season):
    weights = [time, weekday, season]
    turns = [
        2 * min((a - b) % 1, (b - a) % 1) for a, b in zip(_float32(x), _float32(y), strict=True)
    ]
    return sum(w * t for w, t in zip(weights * (len(x) // 3), turns, strict=True)) / sum(weights)


def dice(x, y):
    return 1 - 2 * len(x & y) / (len(x) + len(y)) if x or y else 0.0


def overlap(x, y):
    if not x or not y:
        return float(x != y)
    return 1 - len(x & y) / min(len(x), len(y))


def rarity(ratio):
    """A distance of sums of weights: of the common members, of x and of y."""

    def distance(x, y, weights):
        return ratio(*(sum(weights[m] for m in part) for part in (x & y, x, y)))

    return distance


def _ratio(top, bottom, equal):
    return 1 - top / bottom if bottom > 0 else float(not equal)


jaccard_rarity = rarity(lambda both, x, y: _ratio(both, x + y - both, True))
dice_rarity = rarity(lambda both, x, y: _ratio(2 * both, x + y, True))
overlap_rarity = rarity(lambda both, x, y: _ratio(both, min(x, y), x == y))


def _shared(x, y):
    count = 0
    for a, b in zip(x, y, strict=False):
        if a != b:
            break
        count += 1
    return count


def hierarchical(x, y):
    return 1 - 2 * _shared(x, y) / (len(x) + len(y)) if x or y else 0.0


def path_length(x, y):
    return len(x) + len(y) - 2 * _shared(x, y)


def _grams(text, q):
    return Counter([text[i : i + q] for i in range(len(text) - q + 1)] or ([text] if text else []))


def qgram(x, y, q):
    u, v = _grams(x, q), _grams(y, q)
    return sum(abs(u[g] - v[g]) for g in u | v)


def qgram_cosine(x, y, q):
    u, v = _grams(x, q), _grams(y, q)
    if not u or not v:
        return float(bool(u) != bool(v))
    dot = sum(u[g] * v[g] for g in u)
    return 1 - dot / math.sqrt(sum(c * c for c in u.values()) * sum(c * c for c in v.values()))


def qgram_jaccard(x, y, q):
    u, v = set(_grams(x, q)), set(_grams(y, q))
    return 1 - len(u & v) / len(u | v) if u or v else 0.0


def goodall(x, y, shares):
    """`shares`: a dict of level to share a column."""
    if x == y:
        return 0.0
    return sum(s[a] ** 2 if a == b else 1.0 for a, b, s in zip(x, y, shares, strict=True))


def hamming_likeness(x, y, places):
    """`places`: of every column the positions of its levels."""
    return sum(
        0.5 + 0.5 * min(1.0, abs(own[a] - own[b]))
        for a, b, own in zip(x, y, places, strict=True)
        if a != b
    )


def _entropy(share, levels):
    return -share * math.log(share) / math.log(max(2, levels)) if share else 0.0


def entropy(x, y, shares):
    return sum(
        _entropy(s[a], len(s)) + _entropy(s[b], len(s))
        for a, b, s in zip(x, y, shares, strict=True)
        if a != b
    )


def ordinal_entropy(x, y, shares):
    """Levels are numbers in their order."""
    return sum(
        sum(
            _entropy(share, len(s)) for level, share in s.items() if min(a, b) <= level <= max(a, b)
        )
        for a, b, s in zip(x, y, shares, strict=True)
        if a != b
    )


def eskin(x, y, shares):
    return sum(2 / (len(s) ** 2 + 2) for a, b, s in zip(x, y, shares, strict=True) if a != b)


def built_in():
    """Names of the metrics that the package brings along."""
    return {name for name in metrics.names() if metrics.get(name).is_built_in}


def cosine(x, y):
    x, y = np.asarray(x, float), np.asarray(y, float)
    length = np.linalg.norm(x) * np.linalg.norm(y)
    if length == 0:
        return 0.0 if not (x.any() or y.any()) else 1.0
    return max(0.0, 1 - x @ y / length)


def precomputed(x, y):
    """The smaller of what either row tells of the other; 1 where neither tells it."""
    if x[0] == y[0] >= 0:
        return 0.0
    told = []
    for (_, distances), (other, _) in ((x, y), (y, x)):
        known = distances if isinstance(distances, dict) else dict(enumerate(distances))
        told += [known[other]] if other in known else []
    return min(told, default=1.0)


def _columns(x):
    return {c for c, v in enumerate(x) if v}


def sparse_jaccard(x, y):
    both, either = _columns(x) & _columns(y), _columns(x) | _columns(y)
    return 1 - len(both) / len(either) if either else 0.0


def sparse_dice(x, y):
    return dice(_columns(x), _columns(y))
