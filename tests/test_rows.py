"""Packed rows against the definition, group by group."""

import naive
import numpy as np
import pandas as pd
import pytest
from frames import all_pairs, mixed, packed
from hypothesis import given, settings
from hypothesis import strategies as st

import frameumap
from frameumap import metrics
from frameumap.columns.pack import random_pairs
from frameumap.engine.rows import as_queries, is_slow, single_group
from frameumap.graph.expression import compile_program, evaluate, parse
from frameumap.neighbors.all_pairs import AllPairsSearch
from frameumap.neighbors.distinct import identical_rows
from frameumap.neighbors.plan import find_neighbors
from frameumap.progress import Progress


def as_naive(group, block, scale):
    metric = metrics.get(group.metric)
    if block.entries:
        flat = [e for column in block.entries for e in column]
        values = [[flat[c] for c in row] for row in block.cells]

        def distance(x, y, weights):
            return sum(metric(a, b) for a, b in zip(x, y, strict=True))
    else:
        values = block.cells if metric.accepts == "codes" else block.cells.view(np.float32)

        def distance(x, y, weights):
            return metric(x, y, weights)

    return {
        "values": values, "present": block.present, "distance": distance, "weights": block.weights,
        "shares": block.shares, "power": metric.gap_power, "scale": scale,
    }  # fmt: skip


@pytest.mark.parametrize("gaps", [False, True])
def test_group_distances_equal_their_naive_twins(gaps):
    df = mixed(25, gaps=gaps)
    groups, blocks, result = packed(df)
    assert {g.kind for g in groups} >= {
        "numeric",
        "categorical",
        "boolean",
        "ordinal",
        "geo",
        "text",
        "datetime",
        "set",
    }
    for g, (group, block) in enumerate(zip(groups, blocks, strict=True)):
        twin = as_naive(group, block, result.scales[g])
        expected = [[naive.group_distance(twin, i, j) for j in range(25)] for i in range(25)]
        np.testing.assert_allclose(all_pairs(result.rows, g), expected, rtol=1e-5, atol=1e-6)


def test_random_pairs_average_one_in_every_group():
    groups, _, result = packed(mixed(200))
    for g, group in enumerate(groups):
        D = all_pairs(result.rows, g)[np.triu_indices(200, 1)]
        assert D.mean() == pytest.approx(1, abs=0.02), group.name


@pytest.mark.parametrize("n", [2_000, 12_000, 150_000, 400_000])
def test_random_pairs_are_random_however_many_rows_hold_the_same(n):
    level = np.random.default_rng(1).choice(4, n, p=[0.6, 0.2, 0.15, 0.05]).astype(np.uint64)
    present = np.arange(n) % 10 > 0
    left, right = random_pairs(level, present)
    assert (left != right).all()
    assert present[np.r_[left, right]].all()
    differ = 1 - (0.6**2 + 0.2**2 + 0.15**2 + 0.05**2)
    assert (level[left] != level[right]).mean() == pytest.approx(differ, abs=0.02)


def test_wide_groups_with_gaps_use_the_heap_and_many_mask_words():
    rng = np.random.default_rng(0)
    df = pd.DataFrame(rng.normal(size=(12, 150)), columns=[f"x{c:03d}" for c in range(150)])
    df.iloc[3, 5:140] = None
    df.iloc[7, :] = None
    schema = frameumap.Schema.from_mapping({tuple(df): "manhattan"})
    groups, blocks, result = packed(df, schema)
    twin = as_naive(groups[0], blocks[0], result.scales[0])
    expected = [[naive.group_distance(twin, i, j) for j in range(12)] for i in range(12)]
    np.testing.assert_allclose(all_pairs(result.rows, 0), expected, rtol=1e-5)
    assert expected[7][0] == 1.0


def test_a_single_group_has_the_same_distances_alone():
    _, _, result = packed(mixed(40))
    for g in range(len(result.rows.groups)):
        np.testing.assert_array_equal(
            all_pairs(single_group(result.rows, g)), all_pairs(result.rows, g)
        )


def test_the_intersection_is_the_weighted_sum():
    groups, _, result = packed(mixed(40))
    weights = [g.factor * unit for g, unit in zip(groups, result.units, strict=True)]
    total = sum(w * all_pairs(result.rows, g) for g, w in enumerate(weights))
    np.testing.assert_allclose(all_pairs(result.rows), total, rtol=1e-12)


@given(st.permutations(range(8)))
@settings(deadline=None, max_examples=20)
def test_the_order_of_groups_changes_no_distance(order):
    _, _, result = packed(mixed(40))
    rows = result.rows
    assert sorted(rows.order) == list(range(8))
    assert not is_slow(rows.groups, rows.table_of).any()
    slow = is_slow(rows.groups, np.full_like(rows.table_of, -1))
    assert slow.tolist() == [m.is_ragged for m in result.metrics]
    other = rows._replace(order=np.array(order))
    np.testing.assert_array_equal(all_pairs(other), all_pairs(rows))
    for k in (1, 10):
        one, two = (
            AllPairsSearch().search(r, as_queries(r), k, 0, Progress()) for r in (rows, other)
        )
        np.testing.assert_array_equal(one.indices, two.indices)
        np.testing.assert_array_equal(one.distances, two.distances)


EXPRESSIONS = [
    "a",
    "a & b",
    "a | b",
    "a - b",
    "(a & b) | c",
    "a & (b | c) - d",
    "a | b | c | d",
    "(a - b) | (c & d)",
    "a & a",
]


@given(
    st.sampled_from(EXPRESSIONS), st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=4, max_size=4)
)
@settings(deadline=None, max_examples=40)
def test_programs_equal_the_definition(text, weights):
    df = mixed(20)
    schema = frameumap.Schema.from_mapping(
        {"amount": "numeric", "plan": "categorical", "grade": "ordinal", "name": "text"}
    )
    groups, _, result = packed(df, schema)
    alias = dict(zip("abcd", (g.name for g in groups), strict=True))
    names = [g.name for g in groups]
    term = parse("".join(alias.get(c, c) for c in text), names)
    program, constants = compile_program(term, names, np.array(weights))
    rows = result.rows._replace(program=program, constants=constants, weights=np.array(weights))
    memberships = {name: np.exp(-all_pairs(result.rows, g)) for g, name in enumerate(names)}
    expected = evaluate(term, memberships, dict(zip(names, weights, strict=True)))
    np.testing.assert_allclose(np.exp(-all_pairs(rows)), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("gaps", [False, True])
def test_exact_search_equals_sorting_the_full_matrix(gaps):
    _, _, result = packed(mixed(150, gaps=gaps))
    found = AllPairsSearch().search(result.rows, as_queries(result.rows), 10, 0, Progress())
    D = all_pairs(result.rows)
    np.testing.assert_allclose(found.distances, naive.nearest(D, 10), rtol=1e-6)
    np.testing.assert_allclose(
        np.take_along_axis(D, found.indices.astype(int), 1), found.distances, rtol=1e-6
    )
    assert all(len(set(row)) == 10 and i not in row for i, row in enumerate(found.indices.tolist()))


def test_copies_share_their_neighbours_out_fairly():
    df = mixed(40, gaps=False)
    df = df.iloc[np.repeat(np.arange(40), 30)].reset_index(drop=True)
    _, _, result = packed(df)
    classes = identical_rows(result.rows)
    assert len(classes.first) == 40
    knn, plan, *_ = find_neighbors(result.rows, result.metrics, 15, 0, Progress())
    assert plan.distinct == 40
    assert (knn.indices[:, 0] == np.arange(len(df))).all()
    assert all(len(set(row)) == 15 for row in knn.indices.tolist())
    own = (classes.of[knn.indices] == classes.of[:, None]).sum(axis=1)
    assert (own == 8).all()  # the row itself and 15 // 2 copies
    chosen = np.bincount(knn.indices[:, 1:8].ravel(), minlength=len(df))
    assert (chosen == 7).all()  # every copy is chosen equally often
    D = all_pairs(result.rows)
    np.testing.assert_allclose(
        np.take_along_axis(D, knn.indices.astype(int), 1), knn.distances, atol=1e-6
    )
    assert (np.diff(knn.distances, axis=1) >= 0).all()


def test_rows_that_share_a_digest_are_still_told_apart():
    _, _, result = packed(mixed(30))
    clashing = result.rows._replace(keys=np.zeros(30, np.uint64))
    np.testing.assert_array_equal(identical_rows(clashing).of, identical_rows(result.rows).of)
