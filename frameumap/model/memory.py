"""Memory of an embedding, estimated before the first large array is allocated."""

from __future__ import annotations

from pathlib import Path

from ..errors import CapacityError
from ..neighbors.descent import BLOCK, CANDIDATES, EXTRA, TREES, proposals
from ..neighbors.graph_search import WIDTH
from ..neighbors.sketch import DIMENSIONS

#: Edges of the symmetric graph for each list entry: both directions, less those that are mutual.
_SYMMETRY = 1.6


def estimate_bytes(n: int, words: int, n_neighbors: int, n_components: int = 2) -> int:
    """Bytes held at the peak of embedding `n` rows of `words` 4-byte words, the frame itself not
    counted.

    Nothing is quadratic. The largest of three stages decides: packing the rows, searching
    neighbours, laying out the graph.
    """
    k = n_neighbors
    rows = n * (4 * words + 8)
    encode = rows + n * (4 * words + 24)  # the blocks beside the packed rows, one column in doubles
    lists = n * (k + EXTRA) * 9
    forest = TREES * n * (4 + (4 * DIMENSIONS + 16) // 16)
    search = (
        2 * rows  # all rows, and the distinct ones
        + lists
        + forest
        + 4 * n * DIMENSIONS
        + n * (8 + 8 * (k + EXTRA))
        + 8 * n * CANDIDATES  # edges into every row, candidates
        + 12 * BLOCK * proposals(CANDIDATES)
        + 8 * n * k  # the lists of all rows
        + 4 * WIDTH * n * k  # the index
    )
    edges = int(_SYMMETRY * n * k)
    index = 4 * WIDTH * n * k + forest  # the index for new rows
    graph = rows + index + 8 * n * k + 12 * n * k + 3 * 8 * edges
    layout = rows + index + (8 + 8) * edges + n * (4 * DIMENSIONS + 24 * n_components)
    return max(encode, search, graph, layout)


def available_bytes() -> int | None:
    """Memory available to this process, in bytes; None if unknown."""
    found = []
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        if "MemAvailable" in lines:
            found.append(int(lines["MemAvailable"].split()[0]) * 1024)
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ):
        if Path(limit).exists() and Path(used).exists():
            most = Path(limit).read_text().strip()
            if most != "max":
                found.append(int(most) - int(Path(used).read_text()))
    found += _address_space()
    return min(found) if found else None


def _address_space() -> list[int]:
    """The rest of `ulimit -v`, if it is set."""
    try:
        import resource
    except ImportError:  # Windows
        return []
    soft, statm = resource.getrlimit(resource.RLIMIT_AS)[0], Path("/proc/self/statm")
    if soft == resource.RLIM_INFINITY or not statm.exists():
        return []
    return [soft - int(statm.read_text().split()[0]) * resource.getpagesize()]


def check_capacity(n: int, words: int, n_neighbors: int, n_components: int = 2) -> None:
    """Raise CapacityError with the estimate if the embedding cannot fit."""
    needed, free = estimate_bytes(n, words, n_neighbors, n_components), available_bytes()
    if free is not None and needed > free:
        raise CapacityError(
            f"embedding {n:,} rows of {words} packed columns with n_neighbors={n_neighbors} "
            f"takes about {needed / 1e9:.1f} GB, "
            f"and {free / 1e9:.1f} GB are free; fit on a sample (df.sample) and transform the "
            "rest, leave columns out, or lower n_neighbors"
        )
