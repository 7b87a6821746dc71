"""The report's plots, as inline SVG.

matplotlib draws them: it writes plain vectors with real text, needs no script in the page (plotly and altair do), and
gives the same bytes for the same numbers once its identifiers are salted and its date is left out.

Drawing is most of the cost of a small run. The margins are therefore computed from the labels, because matplotlib's own
layout measures every text twice. The label of a row is one text, because a tick is three lines and two texts. Each mark
is one artist for all rows.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.products.report.statistics import Spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, GRID, BAR, DOT = "#1d2733", "#d5dbe1", "#7fa8c9", "#0b3c5d"
SHADES = {"remote": "#0b3c5d", "hybrid": "#328cc1", "onsite": "#d9a441", "unknown": "#d5dbe1"}
"""The colours differ in lightness as much as in hue, so that they can be told apart without colour."""
LINES = {"opened": ("#0b3c5d", "-", "o"), "changed": ("#9a6a00", ":", "s"), "closed": ("#b3402a", "--", "^")}
_POINTS = 72  # points in an inch; matplotlib writes SVG in points
_TEXT, _SMALL = 9, 8  # sizes of text, in points
WIDTH = 5.4  # inches; a page shows two plots side by side
_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": _TEXT,
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRID,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "ytick.major.size": 0,
}


class _Frame(NamedTuple):
    """The size of a picture and the margins around its axes, in inches."""

    height: float
    left: float
    width: float = WIDTH
    right: float = 0.2
    top: float = 0.1
    bottom: float = 0.5


def spreads(name: str, groups: Sequence[Spread], unit: str) -> str:
    """Return a plot of quantiles, a row for each group: line 10 to 90 %, bar the middle half, dot the median."""
    low, first, median, third, high = zip(*(group.quantiles for group in groups), strict=True)
    labels = [f"{group.name}  ({group.listings:,})" for group in groups]
    rows = range(len(groups))

    def draw(axes: Axes) -> None:
        axes.hlines(rows, low, high, color=DOT, linewidth=1)
        axes.barh(rows, [end - start for start, end in zip(first, third, strict=True)], 0.5, first, color=BAR)
        axes.plot(median, rows, "o", color=DOT, markersize=5)
        for row, value in enumerate(median):
            axes.text(value, row - 0.3, _number(value), ha="center", va="bottom", fontsize=_SMALL)
        _label_rows(axes, labels)
        axes.set_xlabel(unit)
        axes.set_xlim(0, max(high) * 1.07)
        axes.grid(axis="x", color=GRID, linewidth=0.6)

    return _svg(name, draw, _Frame(0.75 + 0.36 * len(groups), _width(labels)))


def shares(name: str, rows: Sequence[tuple[str, dict[str, int]]]) -> str:
    """Return a plot of shares, a bar for each row, divided by remote status."""
    labels = [f"{label}  ({sum(counts.values()):,})" for label, counts in rows]
    totals = [sum(counts.values()) or 1 for _, counts in rows]

    def draw(axes: Axes) -> None:
        left = [0.0] * len(rows)
        for status, shade in SHADES.items():
            parts = [100 * counts.get(status, 0) / total for (_, counts), total in zip(rows, totals, strict=True)]
            axes.barh(range(len(rows)), parts, 0.62, left, color=shade, edgecolor="white", label=status)
            ink = INK if status in ("onsite", "unknown") else "white"
            for row, (start, share) in enumerate(zip(left, parts, strict=True)):
                if share >= 9:
                    at = start + share / 2
                    axes.text(at, row, f"{share:.0f}", color=ink, ha="center", va="center", fontsize=_SMALL)
            left = [start + share for start, share in zip(left, parts, strict=True)]
        _label_rows(axes, labels)
        axes.set_xlim(0, 100)
        axes.set_xlabel("% of open listings")
        axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=4, frameon=False, fontsize=_SMALL)

    return _svg(name, draw, _Frame(1.0 + 0.3 * len(rows), _width(labels), top=0.35))


def heat(name: str, rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float | None]]) -> str:
    """Return a heat map of shares from 0 to 1, each also written as a percentage; None leaves its cell white."""

    def draw(axes: Axes) -> None:
        cells = [[float("nan") if value is None else value for value in row] for row in values]
        axes.pcolormesh(cells, cmap="Blues", vmin=0, vmax=1.25, edgecolor="white", linewidth=1.5)
        for y, row in enumerate(values):
            for x, value in enumerate(row):
                if value is not None:
                    ink = "white" if value > 0.72 else INK
                    share = f"{100 * value:.0f}"
                    axes.text(x + 0.5, y + 0.5, share, ha="center", va="center", color=ink, fontsize=_SMALL)
        for y, label in enumerate(rows):
            axes.text(-0.1, y + 0.5, label, ha="right", va="center")
        for x, label in enumerate(columns):
            axes.text(x + 0.5, -0.1, label, ha="left", va="bottom", rotation=40, fontsize=_SMALL)
        axes.set_axis_off()
        axes.invert_yaxis()

    longest = _width(columns, _SMALL)  # at 40 degrees, it takes 0.64 of its length above and 0.77 beside the cells
    width = 1.8 + 0.62 * len(columns)
    frame = _Frame(1.3 + 0.32 * len(rows), _width(rows), width, 0.5 * longest, 0.2 + 0.64 * longest, 0.1)
    return _svg(name, draw, frame)


def trend(name: str, runs: Sequence[str], counts: Mapping[str, Sequence[int]]) -> str:
    """Return lines of what opened, changed and closed by run."""

    def draw(axes: Axes) -> None:
        for change, (colour, line, marker) in LINES.items():
            axes.plot(range(len(runs)), counts[change], line, marker=marker, markersize=4, color=colour, label=change)
        _label_runs(axes, runs)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=_SMALL)

    return _svg(name, draw, _Frame(2.9, _width_of_counts(*counts.values()), top=0.35, bottom=0.3))


def bars(name: str, runs: Sequence[str], counts: Sequence[int]) -> str:
    """Return bars of open listings by run."""

    def draw(axes: Axes) -> None:
        axes.bar(range(len(runs)), counts, color=BAR, width=0.7)
        if len(runs) <= 12:
            for place, count in enumerate(counts):
                axes.text(place, count, f"{count:,}", ha="center", va="bottom", fontsize=_SMALL)
        _label_runs(axes, runs)

    return _svg(name, draw, _Frame(2.9, _width_of_counts(counts), top=0.2, bottom=0.3))


def _label_runs(axes: Axes, runs: Sequence[str]) -> None:
    """Label the horizontal axis with at most six of the runs, the last one included."""
    step = -(-len(runs) // 6)
    places = list(range(len(runs) - 1, -1, -step))[::-1]
    axes.set_xticks(places, [runs[place] for place in places], fontsize=_SMALL)
    axes.set_xlim(-0.6, max(len(runs) - 0.4, 1.6))
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.locator_params(axis="y", integer=True)


def _label_rows(axes: Axes, labels: Sequence[str]) -> None:
    """Label the rows at the left, the first one on top."""
    axes.set_yticks([])
    for row, label in enumerate(labels):
        axes.text(-0.01, row, label, ha="right", va="center", transform=axes.get_yaxis_transform())
    axes.set_ylim(len(labels) - 0.4, -0.75)
    axes.set_axisbelow(True)


def _width(labels: Sequence[str], size: float = _TEXT) -> float:
    """Return the space that the widest label needs, in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=_RC["font.sans-serif"], size=size)
    widths = (text_to_path.get_text_width_height_descent(label, font, ismath=False)[0] for label in labels)
    return max(widths, default=0) / _POINTS + 0.15


def _width_of_counts(*series: Sequence[int]) -> float:
    """Return the space that an axis of counts needs for its numbers, in inches."""
    return _width([f"{max(max(counts, default=0) for counts in series)}.0"])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def _svg(name: str, draw: Callable[[Axes], None], frame: _Frame) -> str:
    """Draw on new axes and return the picture; its identifiers begin with its name, which is unique in a page."""
    import matplotlib  # here, because the import takes half a second, which only a report needs
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**_RC, "svg.hashsalt": name}):
        figure = Figure(figsize=(frame.width, frame.height), dpi=_POINTS)
        FigureCanvasSVG(figure)
        left, bottom = frame.left / frame.width, frame.bottom / frame.height
        right, top = 1 - frame.right / frame.width, 1 - frame.top / frame.height
        draw(figure.add_axes((left, bottom, right - left, top - bottom)))
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    picture = out.getvalue()
    picture = picture[picture.index("<svg") :]
    picture = re.sub(r"<metadata>.*?</metadata>", "", picture, flags=re.DOTALL)
    picture = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", picture)
    return picture.replace("<svg ", '<svg aria-hidden="true" ', 1)
