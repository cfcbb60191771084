"""What `FrameUMAP` offers of this folder; each method hands over to a module of its own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any


class Show:
    """Ways to look at a fitted model."""

    if TYPE_CHECKING:

        def _check_fitted(self) -> None: ...

        def __sklearn_is_fitted__(self) -> bool: ...

    def plot(
        self,
        color: Any = None,
        labels: Any = None,
        ax: Any = None,
        *,
        df: Any = None,
        density: bool | None = None,
        size: float | None = None,
        title: str | None = None,
    ) -> Any:
        """Draw the map with matplotlib (extra `plot`).

        Parameters
        ----------
        color : column name, Segments, array of n values, or None
            What the colours say. Levels get colours of their own, the rare ones one together;
            numbers and dates a scale by rank; numbers on a circle a circle; grades steps in order.
            Also "segments", "trust" and "density", where no column is called so.
        labels : Segments, bool, column name, or None
            Names to write on the map: of segments (True finds them), or the levels of the colour's
            column. None writes them when the colours are segments.
        ax : matplotlib Axes, optional
        df : dataframe, optional
            The frame of the fit, for columns that took no part in it.
        density : bool, optional
            Whether to draw an image in which a pixel has the mean colour of its rows; None for from
            50,000 rows on.
        size : float, optional
            Area of a point in square points.
        title : str, optional

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        NotFittedError
        DataError
            If `color` is no column, or has another number of values than the fit has rows.
        ParameterError
            If matplotlib is not installed, or `labels` is none of the above.

        Examples
        --------
        >>> import frameumap
        >>> df = frameumap.datasets.make_customers(200, random_state=0).drop(columns="segment")
        >>> ax = frameumap.FrameUMAP(n_neighbors=10).fit(df).plot("revenue")
        >>> ax.get_title(loc="left")
        '200 rows by 20 columns, coloured by revenue'
        >>> ax.figure.savefig("map.pdf")  # doctest: +SKIP
        """
        from .plot import plot

        self._check_fitted()
        return plot(self, color, labels, ax, df=df, density=density, size=size, title=title)

    def small_multiples(
        self,
        columns: Iterable[Hashable] | None = None,
        *,
        df: Any = None,
        most: int = 12,
    ) -> Any:
        """Draw the map once for every column, coloured by it.

        Parameters
        ----------
        columns : iterable of column names, optional
            None for the columns of the groups that shaped the map most, without texts that hardly
            repeat.
        df : dataframe, optional
            The frame of the fit, for columns that took no part in it.
        most : int
            Panels, where `columns` is None.

        Returns
        -------
        matplotlib Figure
        """
        from .multiples import small_multiples

        self._check_fitted()
        return small_multiples(self, columns, df=df, most=most)

    def to_html(
        self,
        path: Any = None,
        columns: Iterable[Hashable] | None = None,
        *,
        df: Any = None,
        color: Hashable | None = None,
        segments: Any = "auto",
        trust: Any = None,
        title: str | None = None,
        max_megabytes: float = 60.0,
    ) -> Any:
        """The map as one page that works without any network (extra `html`).

        It colours by every column, finds values, shows rows and their nearest rows with the parts
        of the distance, tells what sets a selection apart and writes it as CSV. All of it is in the
        file: what is not to be seen must not be in `columns`.

        Parameters
        ----------
        path : path, optional
            Where to write it; None to have a `Page`, which a notebook shows inline.
        columns : iterable of column names, optional
            Columns to show; None for all. The nearest rows are compared by the columns that the
            page has.
        df : dataframe, optional
            The frame of the fit: its columns as they were, and those that took no part. Without it
            the page shows what the model holds, numbers to about six digits.
        color : column name, optional
            What the page opens with; None for the segments.
        segments : Segments, "auto" or None
            "auto" finds them up to 200,000 rows; give `model.cluster()` above.
        trust : Trust, optional
            What `model.trust()` gave; adds its figures to the menu of colours.
        title : str, optional
        max_megabytes : float
            Limit of the file; numbers are rounded to fewer ranks, then the longest columns left
            out, and the page says so.

        Returns
        -------
        Path or Page

        Raises
        ------
        NotFittedError
        DataError
            If a column is unknown, or `df` has another number of rows than the fit.
        ParameterError
            If plotly is not installed, or the page cannot be that small.

        Examples
        --------
        >>> import frameumap
        >>> df = frameumap.datasets.make_customers(200, random_state=0).drop(columns="segment")
        >>> page = frameumap.FrameUMAP(n_neighbors=10).fit(df).to_html(segments=None)
        >>> page.text.startswith("<!doctype html>")
        True
        """
        from .page import make_page

        self._check_fitted()
        page = make_page(
            self, columns, df=df, color=color, segments=segments, trust=trust, title=title,
            max_megabytes=max_megabytes,
        )  # fmt: skip
        return page if path is None else page.save(path)

    def report(
        self,
        path: Any = None,
        format: str | None = None,  # noqa: A002
        *,
        segments: Any = None,
        trust: Any = None,
        title: str | None = None,
    ) -> Any:
        """What went in, what drives the map, its segments, how far to trust it, and how to make it
        again; readable without JavaScript.

        Parameters
        ----------
        path : path, optional
            Where to write it; None to have the text.
        format : {"html", "md", "json"}, optional
            None for the path's suffix, or HTML without a path.
        segments : Segments, optional
            None for `model.cluster()`.
        trust : Trust, bool, optional
            What `model.trust()` gave; True asks for it, which takes a while, False leaves out the
            check of every row; None asks up to 100,000 rows.
        title : str, optional

        Returns
        -------
        Path or str
        """
        from .report import report

        self._check_fitted()
        return report(self, path, format, segments=segments, trust=trust, title=title)

    def _repr_html_(self) -> str:
        """What a notebook shows: parameters, and of a fitted model what drives it."""
        from .cells import model_cell

        return model_cell(self)
