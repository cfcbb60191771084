"""`disagreement`: rows whose nearest rows in one group are far in another.

For a pair of groups (near, far) a row's surprise is the mean distance d_far / s_far to its nearest rows by everything but `far`,
against what is usual for rows: groups that have nothing to do with each other surprise nobody. Where a group has many ties, nearest
rows are those nearest by all other groups together, which is why the rest is asked as a whole, and single groups then tell which
of them disagrees most.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..engine.distance import pair_group_distances
from ..engine.rows import Rows
from ..engine.threads import spread
from ..graph.expression import Term
from ..model.model import Model, with_program
from ..neighbors.plan import find_neighbors
from ..progress import Progress
