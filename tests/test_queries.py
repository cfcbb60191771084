"""Neighbours of new rows in a graph: the walk, its entries, how far it goes, and what is told."""

import naive
import numba
import numpy as np
import pandas as pd
import pytest
from frames import packed

import frameumap
from frameumap import FrameUMAP
from frameumap.engine.rows import as_queries, take_queries, take_rows
from frameumap.neighbors import effort, plan
from frameumap.neighbors.all_pairs import AllPairsSearch
from frameumap.neighbors.effort import Result, Trial, rows_to_keep
from frameumap.neighbors.forest import grow_forest, join_trees
from frameumap.neighbors.graph_search import both_directions, build_index
from frameumap.neighbors.nn_descent import search_graph
from frameumap.neighbors.sketch import sketch_rows
from frameumap.neighbors.untried import take_out
from frameumap.neighbors.walk import EVERY_ROW, Effort, find_leaves
from frameumap.progress import Progress
from frameumap.store.neighbors_state import assemble_neighbors, dismantle_neighbors

SHOW = Progress()
K = 14


def clusters(n, centers=100, columns=30):
    """Rows of well separated clusters, and the cluster of each."""
    rng = np.random.default_rng(0)
    of = rng.integers(0, centers, n)
    X = rng.uniform(-10, 10, (centers, columns))[of] + 3 * rng.normal(size=(n, columns))
    return pd.DataFrame(X).rename(columns=str).assign(flag=rng.random(n) < 0.5), of


@pytest.fixture(scope="module")
def case():
    """The index of 3,000 rows of a graph of many components; 300 other rows as queries."""
    _, _, result = packed(clusters(3300)[0])
    rows = take_rows(result.rows, np.arange(3000))
    queries = take_queries(as_queries(result.rows), np.arange(3000, 3300))
    queries.query_row[:] = -1
    found, _, search = search_graph(rows, result.metrics, K, 0, SHOW)
    return rows, result.metrics, queries, found, search


@pytest.fixture(scope="module")
def model():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "EXACT_ROWS", 500)
        return FrameUMAP(n_epochs=30).fit(clusters(3300)[0][:3000])


def true_neighbors(case):
    rows, _, queries, *_ = case
    return AllPairsSearch().search(rows, queries, 15, 0, SHOW)


def ranks(rows, queries):
    """Rank of every row for every query, (m, n)."""
    found = AllPairsSearch().search(rows, queries, len(rows.cells), 0, SHOW)
    return np.argsort(found.indices, axis=1)


@pytest.fixture(scope="module")
def named(names=1800):
    """As `case`, where strings without a table are the last group to be computed."""
    df = clusters(2100)[0].drop(columns=[str(c) for c in range(5, 30)])
    letters = np.random.default_rng(1).choice(list("abcdefg"), (names, 7))
    df["name"] = np.resize(["".join(row) for row in letters], len(df))
    _, _, result = packed(df)
    rows = take_rows(result.rows, np.arange(2000))
    queries = take_queries(as_queries(result.rows), np.arange(2000, 2100))
    queries.query_row[:] = -1
    found, _, search = search_graph(rows, result.metrics, K, 0, SHOW)
    return rows, result.metrics, queries, found, search


@pytest.mark.parametrize("chosen", [Effort(1, 4), Effort(2, 30)])
@pytest.mark.parametrize("which", ["case", "named"])
def test_a_walk_is_the_naive_one(which, chosen, request):
    rows, metrics, queries, lists, search = request.getfixturevalue(which)
    queries = take_queries(queries, np.arange(15))
    leading = search.index.leading
    assert (leading < len(rows.groups)) == (which == "named")
    coarse = rows.weights.copy()
    coarse[rows.order[leading:]] = 0
    exactly, nearly = ranks(rows, queries), ranks(rows._replace(weights=coarse), queries)
    forest = join_trees(grow_forest(sketch_rows(rows, metrics, 0), 2, 32, 0))
    index = search.with_lists(lists, forest, chosen, 1.0)
    found, compared = index.walk(rows, queries, 15, 0, chosen, SHOW)
    leaves = np.empty((len(queries.cells), chosen.trees), np.int32)
    find_leaves(0, len(leaves), sketch_rows(rows, metrics, 0, queries.cells), forest, leaves)
    for q in range(15):
        start = {
            int(j)
            for leaf in leaves[q]
            for j in forest.members[forest.borders[leaf] : forest.borders[leaf + 1]]
        }
        path = naive.walk(nearly[q], index.index.edges, start, 15, chosen.spare, chosen.patience)
        assert found.indices[q].tolist() == sorted(path, key=lambda j: exactly[q, j])[:15]
        assert compared[q] >= len(start)


def test_distances_of_a_walk_by_leading_groups_are_exact(named):
    rows, _, queries, _, search = named
    found = search.search(rows, queries, 15, 0, SHOW)
    true = AllPairsSearch().search(rows, queries, 15, 0, SHOW)
    assert (found.distances <= true.distances[:, -1:]).mean() > 0.97
    same = found.indices[:, 0] == true.indices[:, 0]
    np.testing.assert_array_equal(found.distances[same, 0], true.distances[same, 0])


def test_rows_are_in_the_leaves_that_they_lead_to(case):
    rows, metrics, *_ = case
    sketch = sketch_rows(rows, metrics, 0)
    trees = grow_forest(sketch, 3, 32, 0)
    leaves = np.empty((len(sketch), 3), np.int32)
    forest = join_trees(trees)
    find_leaves(0, len(sketch), sketch, forest, leaves)
    assert len(np.intersect1d(leaves[:, 0], leaves[:, 1])) == 0
    for t in range(3):
        holds = [
            i in forest.members[forest.borders[leaf] : forest.borders[leaf + 1]]
            for i, leaf in enumerate(leaves[:, t])
        ]
        assert np.mean(holds) > 0.9  # apart from rows on a plane, the medians
        alone = np.empty((len(sketch), 1), np.int32)
        find_leaves(0, len(sketch), sketch, join_trees(trees[t : t + 1]), alone)
        first = len(join_trees(trees[:t]).borders) - 1 if t else 0
        np.testing.assert_array_equal(alone[:, 0] + first, leaves[:, t])


def test_queries_of_many_components_find_their_neighbours(case):
    rows, _, queries, _, search = case
    reach = true_neighbors(case).distances[:, -1:]
    found = search.search(rows, queries, 15, 0, SHOW)
    recall = (found.distances <= reach).mean()
    assert recall > 0.97
    assert search.recall == pytest.approx(recall, abs=0.02)
    one_tree = search.walk(rows, queries, 15, 0, Effort(1, 8), SHOW)[0]
    assert (one_tree.distances <= reach).mean() < 0.9  # what the estimate is for


def test_the_trial_takes_rows_out_of_graph_and_trees(case):
    rows, metrics, _, found, _ = case
    kept = rows_to_keep(rows)
    assert len(kept) == 3000 // effort.ONE_OF
    trees = grow_forest(sketch_rows(rows, metrics, 0), 3, 32, 0)
    index = build_index(rows, metrics, join_trees(trees), both_directions(found))
    without = take_out(index, K, kept)
    assert np.isin(kept, index.edges).all()
    assert not np.isin(kept, without.edges).any()
    forest = without.forest
    for leaf in range(len(forest.borders) - 1):
        whole = index.forest.members[index.forest.borders[leaf] : index.forest.borders[leaf + 1]]
        left = forest.members[forest.borders[leaf] : forest.borders[leaf + 1]]
        np.testing.assert_array_equal(left, whole[~np.isin(whole, kept)])


def test_the_effort_is_chosen_when_it_is_asked_for(case, monkeypatch):
    rows, metrics, queries, *_ = case
    trials = []
    choose = effort.Trial.choose
    monkeypatch.setattr(effort.Trial, "choose", lambda self: trials.append(1) or choose(self))
    *_, search = search_graph(rows, metrics, K, 0, SHOW)
    assert trials == []
    found = search.search(rows, queries, 15, 0, SHOW)
    assert len(search.index.forest.roots) == search.effort.trees
    assert trials == [1]
    np.testing.assert_array_equal(search.search(rows, queries, 15, 0, SHOW).indices, found.indices)


def test_where_no_walk_suffices_every_row_is_compared(case, monkeypatch):
    rows, metrics, queries, *_ = case
    monkeypatch.setattr(effort, "ENOUGH", 1.1)
    monkeypatch.setattr(effort, "LEAST", 1.1)
    *_, search = search_graph(rows, metrics, K, 0, SHOW)
    assert (search.effort, search.recall) == (EVERY_ROW, 1.0)
    found = search.search(rows, queries, 15, 0, SHOW)
    for a, b in zip(found, true_neighbors(case), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_poor_recall_of_new_rows_is_told(monkeypatch):
    monkeypatch.setattr(effort, "ENOUGH", 1.1)
    monkeypatch.setattr(effort, "LEAST", 1.1)
    monkeypatch.setattr(effort, "MOST_ROWS", 0)
    monkeypatch.setattr(effort.Trial, "run", lambda _, e: effort.Result(e, 0.5, 0.5, 100.0))
    monkeypatch.setattr(plan, "EXACT_ROWS", 100)
    model = FrameUMAP(n_epochs=1).fit(clusters(400)[0])
    with pytest.warns(frameumap.FrameUMAPWarning, match="50% of the true neighbours of new rows"):
        model.transform(clusters(10)[0])
    assert model.query_recall_ == 0.5
    assert "of new rows 0.500" in str(model.plan_)


def test_new_rows_walk_along_true_neighbours_where_that_compares_few():
    df, _ = clusters(2300)
    model = FrameUMAP(n_epochs=1).fit(df[:2000])
    assert model.plan_.search == "exact"
    assert model.neighbor_recall_ == 1.0
    search = model._model.index.search
    rows = model._model.index.distinct
    found = search.search(rows, as_queries(rows), K, 0, SHOW)
    true = AllPairsSearch().search(rows, as_queries(rows), K, 0, SHOW)
    recall = (found.distances <= true.distances[:, -1:]).mean()
    assert recall > 0.97
    assert model.query_recall_ == pytest.approx(recall, abs=0.02)
    assert isinstance(FrameUMAP(n_epochs=1).fit(df[:900])._model.index.search, AllPairsSearch)


def test_new_rows_land_in_their_own_cluster_on_any_number_of_threads(model):
    df, of = clusters(3300)
    new = df[3000:]
    placed = model.transform(new)
    nearest = np.linalg.norm(placed[:, None] - model.embedding_[None], axis=2).argmin(axis=1)
    assert (of[nearest] == of[3000:]).mean() > 0.98
    threads = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        np.testing.assert_array_equal(model.transform(new), placed)
    finally:
        numba.set_num_threads(threads)
    alone = [model.transform(new.iloc[[q]]) for q in range(20)]
    np.testing.assert_array_equal(np.concatenate(alone), placed[:20])


def test_the_effort_is_part_of_the_model(model, tmp_path):
    model.save(tmp_path / "m.frameumap")
    other = FrameUMAP.load(tmp_path / "m.frameumap")
    assert other.query_recall_ == model.query_recall_ > 0.95
    assert other._model.index.search.effort == model._model.index.search.effort
    new = clusters(3300)[0][3000:]
    np.testing.assert_array_equal(other.transform(new), model.transform(new))


def test_an_index_of_one_tree_is_read(model):
    prepared, neighbors = model._model.prepared, model._model.combined
    saved, arrays = dismantle_neighbors(neighbors)
    forest = neighbors.search.index.forest
    last = int(forest.borders[np.flatnonzero(forest.borders == 3000)[0]])
    leaves = int(np.flatnonzero(forest.borders == last)[0])
    nodes = leaves - 1  # of a binary tree
    old = {k: v for k, v in arrays.items() if k not in ("search.effort", "tree.roots")}
    old["tree.members"] = forest.members[:last]
    old["tree.borders"] = forest.borders[: leaves + 1]
    old["tree.planes"], old["tree.children"] = forest.planes[:nodes], forest.children[:nodes]
    read = assemble_neighbors(prepared, saved[:6], old)
    assert read.search.effort.trees == 1
    assert read.plan.recall == neighbors.plan.recall
    broken = {**arrays, "search.effort": np.array([9, 4])}
    with pytest.raises(ValueError, match="effort"):
        assemble_neighbors(prepared, saved, broken)


def test_as_few_queries_are_lost_as_by_the_widest_search():
    class Told(Trial):
        """Results as in a table of many clusters: every tree that is left out loses queries."""

        def __init__(self):
            self.trees, self.results = 8, {}

        def run(self, effort):
            lost = {8: 0.002, 4: 0.006}.get(effort.trees, 0.02)
            cost = 10.0 * effort.trees + effort.spare
            return Result(effort, 0.999 - lost, lost, cost + 100)

    chosen, recall = Told().choose()
    assert (chosen, recall) == (Effort(8, 4), 0.997)
