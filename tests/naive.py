"""Slow, obvious twins of the package's fast paths. Nothing here is imported by the package."""

from __future__ import annotations

import math

import numpy as np


def levenshtein(x, y):
    """Wagner and Fischer's table."""
    row = list(range(len(y) + 1))
    for i, a in enumerate(x, 1):
        above, row = row, [i]
        for j, b in enumerate(y, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
    return row[-1]


def jaccard(x, y):
    x, y = set(x), set(y)
    return 1 - len(x & y) / len(x | y) if x | y else 0.0


def cyclic(x, y):
    return sum(2 * min((a - b) % 1, (b - a) % 1) for a, b in zip(x, y, strict=True))


def group_distance(group, i, j):
    """Distance of two rows in one group, straight from the definition of gaps.

    `group` is a dict: values (n, p) of any type, present bool (n, p), distance (on lists of the
    kept columns, and their weights), weights, shares, power, scale.
    """
    both = group["present"][i] & group["present"][j]
    if not both.any():
        return 1.0
    kept = np.flatnonzero(both)
    x, y = [group["values"][i][c] for c in kept], [group["values"][j][c] for c in kept]
    distance = group["distance"](x, y, [group["weights"][c] for c in kept])
    return distance * sum(group["shares"][c] for c in kept) ** -group["power"] / group["scale"]


def nearest(D, k):
    """The k nearest others of every row of a full matrix: sorted distances (n, k)."""
    D = D.copy()
    np.fill_diagonal(D, np.inf)
    return np.sort(D, axis=1)[:, :k]


def nearest_with_duplicates(D, classes, k):
    """Distances (n, k) of neighbours, each row first: k // 2 of its duplicates, or as many as the
    other classes leave room for, then one row of every other class.

    `classes` (n,) gives equal numbers to duplicates.
    """
    lists = []
    for row, own in zip(D, classes, strict=True):
        others = sorted(row[classes == c].min() for c in set(classes) - {own})
        duplicates = min(int((classes == own).sum()) - 1, max(k // 2, k - 1 - len(others)))
        found = [*[0.0] * (1 + duplicates), *others][:k]
        lists.append(found + [np.inf] * (k - len(found)))
    return np.array(lists)


def smooth_knn(distances, local_connectivity=1.0, duplicates_as_one=False):
    """rho and sigma by bisection, one row at a time, in Python floats."""
    everything = float(np.mean(distances))
    out = []
    for row in distances:
        others, needed, slots = row[1:], local_connectivity, len(row)
        if duplicates_as_one and 0 in others:
            needed = max(0.0, needed - others.count(0))
            others = [0.0] + [d for d in others if d > 0]
            slots = 1 + len(others)
        target = math.log2(slots)
        positive = [d for d in row if d > 0]
        rho = 0.0
        if len(positive) >= needed:
            index = math.floor(needed)
            part = needed - index
            rho = positive[index - 1] if index else part * (positive[0] if positive else 0)
            if index and part > 1e-5 and index < len(positive):
                rho += part * (positive[index] - positive[index - 1])
        elif positive:
            rho = max(positive)
        low, high, middle = 0.0, math.inf, 1.0
        for _ in range(64):
            total = sum(math.exp(-max(0.0, d - rho) / middle) for d in others)
            if abs(total - target) < 1e-5:
                break
            if total > target:
                high, middle = middle, (low + middle) / 2
            else:
                low, middle = middle, middle * 2 if high == math.inf else (middle + high) / 2
        floor = 1e-3 * (float(np.mean(row)) if rho > 0 else everything)
        out.append((rho, max(middle, floor)))
    return np.array(out).T


def locally_scaled(indices, distances, power):
    """Distances of every list over (s_i s_j)^(power / 2), of the rows in it and of those whose
    lists hold row i, cut to as many as before."""
    n, k = indices.shape
    positive = [[d for d in row[1:] if 0 < d < math.inf] for row in distances.tolist()]
    every = [d for row in positive for d in row]
    scales = [sum(row) / len(row) if row else sum(every) / len(every) for row in positive]
    lists = []
    for i in range(n):
        gaps = {}
        for a in range(n):
            for b, d in zip(indices[a].tolist(), distances[a].tolist(), strict=True):
                if b >= 0 and d > 0 and i in (a, b):
                    other = b if i == a else a
                    gaps[other] = d / (scales[i] * scales[other]) ** (power / 2)
        found = [0.0] * int((distances[i] == 0).sum()) + sorted(gaps.values())
        lists.append((found + [math.inf] * k)[:k])
    return np.array(lists)


def fuzzy_union(indices, strengths, mix):
    """The symmetric fuzzy set as a full matrix."""
    n = len(indices)
    A = np.zeros((n, n))
    for i in range(n):
        for j, m in zip(indices[i], strengths[i], strict=True):
            if m > 0:
                A[i, j] = m
    return mix * (A + A.T - A * A.T) + (1 - mix) * A * A.T


def weighted_median(entries):
    """Smallest value with half of the weight at or below it; entries are (value, weight)."""
    total = sum(w for _, w in entries)
    return min(v for v, _ in entries if sum(w for u, w in entries if u <= v) >= 0.5 * total - 1e-12)


def weighted_modes(entries):
    """Values with the most weight."""
    votes = {v: sum(w for u, w in entries if u == v) for v, _ in entries}
    return [v for v, w in votes.items() if w >= max(votes.values()) - 1e-9]


def walk(gaps, edges, start, wanted, spare, patience):
    """Best-first search for the rows with the smallest `gaps`, along `edges` from `start`; rows by
    ascending gap, those wanted and the spare ones."""
    seen, done, idle = set(start), set(), 0
    pool = sorted(seen, key=lambda j: gaps[j])[: wanted + spare]
    while idle < patience:
        ahead = [i for i in pool if i not in done]
        if not ahead:
            break
        done.add(ahead[0])
        idle += 1
        for j in edges[ahead[0]]:
            if j >= 0 and j not in seen:
                seen.add(j)
                pool = sorted([*pool, j], key=lambda j: gaps[j])[: wanted + spare]
                if j in pool[:wanted]:
                    idle = 0
    return pool


def weighted_graph(graph, weights, k):
    """How often every edge acts at its tail, from the numbers of copies at both ends."""
    n = len(graph)
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            a, b = weights[i], weights[j]
            out[i, j] = graph[i, j] * (min(a, k * b) + min(b, k * a)) / 2 / a
        out[i, i] = max(0, min(math.floor(weights[i]) - 1, 2 * (k // 2)))
    return out


def class_graph(graph, of):
    """The largest membership between the rows of two classes."""
    m = max(of) + 1
    out = np.zeros((m, m), np.float32)
    for i, a in enumerate(of):
        for j, b in enumerate(of):
            if a != b:
                out[a, b] = max(out[a, b], graph[i, j])
    return out


def shared_neighbors(before, now, old):
    """Share of common neighbours of every row in two graphs, among the rows of both."""
    before, now = before.toarray(), now.toarray()
    shares = np.zeros(len(now))
    both = [i for i in range(len(now)) if old[i] >= 0]
    for i in both:
        here = {j for j in both if now[i, j] > 0}
        there = {j for j in both if before[old[i], old[j]] > 0}
        shares[i] = len(here & there) / max(1, len(here | there))
    return shares


def fill_places(graph, places):
    """Unknown places as weighted means of known ones, round by round."""
    graph, places = graph.toarray().astype(float), places.astype(float)
    first = places[~np.isnan(places).any(axis=1)]
    while np.isnan(places).any():
        known = ~np.isnan(places).any(axis=1)
        found = {
            i: graph[i, known] @ places[known] / graph[i, known].sum()
            for i in np.flatnonzero(~known)
            if graph[i, known].sum() > 0
        }
        if not found:
            places[~known] = places[known].mean(axis=0)
        for i, place in found.items():
            places[i] = place
    assert len(first)
    return places
