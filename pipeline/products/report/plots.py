"""The report's plots, as inline SVG.

Drawn by matplotlib: it writes plain vectors with real text, needs no script in the page (plotly and altair do), and
gives the same bytes for the same numbers once its identifiers are salted and its date is left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.products.report.statistics import Spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, GRID, BAR, DOT = "#1d2733", "#d5dbe1", "#7fa8c9", "#0b3c5d"
SHADES = {"remote": "#0b3c5d", "hybrid": "#328cc1", "onsite": "#d9a441", "unknown": "#d5dbe1"}
"""Told apart without colour too: they differ in lightness as much as in hue."""
LINES = {"opened": ("#0b3c5d", "-", "o"), "changed": ("#9a6a00", ":", "s"), "closed": ("#b3402a", "--", "^")}
_SVG_DPI = 72  # as matplotlib writes SVG
WIDTH = 5.4  # inches; two plots stand side by side on a page
_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
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


def spreads(name: str, groups: Sequence[Spread], unit: str) -> str:
    """Return a plot of quantiles, a row for each group: line 10 to 90 %, bar the middle half, dot the median."""

    def draw(axes: Axes) -> None:
        for row, group in enumerate(groups):
            low, first, median, third, high = group.quantiles
            axes.plot([low, high], [row, row], color=DOT, linewidth=1)
            axes.barh(row, third - first, left=first, height=0.5, color=BAR)
            axes.plot([median], [row], "o", color=DOT, markersize=5)
            axes.annotate(_number(median), (median, row), (0, 8), textcoords="offset points", ha="center", fontsize=8)
        _rows(axes, [f"{group.name}  ({group.listings:,})" for group in groups])
        axes.set_xlabel(unit)
        right = axes.get_xlim()[1]
        axes.set_xlim(0, right * 1.02)
        axes.grid(axis="x", color=GRID, linewidth=0.6)

    return _svg(name, draw, 0.75 + 0.36 * len(groups))


def shares(name: str, rows: Sequence[tuple[str, dict[str, int]]]) -> str:
    """Return a plot of shares, a bar for each row, cut by remote status."""

    def draw(axes: Axes) -> None:
        for place, (_, counts) in enumerate(rows):
            total, left = sum(counts.values()) or 1, 0.0
            for status, shade in SHADES.items():
                share = 100 * counts.get(status, 0) / total
                label = status if place == 0 else None
                axes.barh(place, share, left=left, height=0.62, color=shade, edgecolor="white", label=label)
                if share >= 9:
                    light = status in ("onsite", "unknown")
                    at = {"ha": "center", "va": "center", "fontsize": 8}
                    axes.text(left + share / 2, place, f"{share:.0f}", color=INK if light else "white", **at)  # type: ignore[arg-type]
                left += share
        _rows(axes, [f"{label}  ({sum(counts.values()):,})" for label, counts in rows])
        axes.set_xlim(0, 100)
        axes.set_xlabel("% of open listings")
        axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=4, frameon=False, fontsize=8)

    return _svg(name, draw, 1.0 + 0.3 * len(rows))


def heat(name: str, rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float | None]]) -> str:
    """Return a heat map of shares from 0 to 1, each said as a number too; None is left white."""

    def draw(axes: Axes) -> None:
        cells = [[float("nan") if value is None else value for value in row] for row in values]
        axes.pcolormesh(cells, cmap="Blues", vmin=0, vmax=1.25, edgecolor="white", linewidth=1.5)
        for y, row in enumerate(values):
            for x, value in enumerate(row):
                if value is not None:
                    ink = "white" if value > 0.72 else INK
                    axes.text(x + 0.5, y + 0.5, f"{100 * value:.0f}", ha="center", va="center", color=ink, fontsize=8)
        axes.set_xticks([x + 0.5 for x in range(len(columns))], columns, rotation=40, ha="left", fontsize=8)
        axes.set_yticks([y + 0.5 for y in range(len(rows))], rows)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.invert_yaxis()

    return _svg(name, draw, 1.3 + 0.32 * len(rows), 1.8 + 0.62 * len(columns))


def trend(name: str, runs: Sequence[str], counts: Mapping[str, Sequence[int]]) -> str:
    """Return lines of what opened, changed and closed by run."""

    def draw(axes: Axes) -> None:
        for change, (colour, line, marker) in LINES.items():
            axes.plot(range(len(runs)), counts[change], line, marker=marker, markersize=4, color=colour, label=change)
        _by_run(axes, runs)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=8)

    return _svg(name, draw, 2.9)


def bars(name: str, runs: Sequence[str], counts: Sequence[int]) -> str:
    """Return bars of open listings by run."""

    def draw(axes: Axes) -> None:
        axes.bar(range(len(runs)), counts, color=BAR, width=0.7)
        if len(runs) <= 12:
            for place, count in enumerate(counts):
                axes.annotate(f"{count:,}", (place, count), (0, 3), textcoords="offset points", ha="center", fontsize=8)
        _by_run(axes, runs)

    return _svg(name, draw, 2.9)


def _by_run(axes: Axes, runs: Sequence[str]) -> None:
    step = -(-len(runs) // 6)
    places = list(range(len(runs) - 1, -1, -step))[::-1]
    axes.set_xticks(places, [runs[place] for place in places], fontsize=8)
    axes.set_xlim(-0.6, max(len(runs) - 0.4, 1.6))
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.locator_params(axis="y", integer=True)


def _rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.75)
    axes.set_axisbelow(True)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def _svg(name: str, draw: Any, height: float, width: float = WIDTH) -> str:
    """Draw on fresh axes and return the picture; its identifiers begin with its name, unique in a page."""
    import matplotlib  # here, as it takes half a second that only a report needs
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with matplotlib.rc_context({**_RC, "svg.hashsalt": name}):
        figure = Figure(figsize=(width, height), dpi=_SVG_DPI)
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        # A figure that knows its layout is drawn twice by `savefig`, once for the layout alone.
        ConstrainedLayoutEngine().execute(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    picture = out.getvalue()
    picture = picture[picture.index("<svg") :]
    picture = re.sub(r"<metadata>.*?</metadata>", "", picture, flags=re.DOTALL)
    picture = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", picture)
    return picture.replace("<svg ", '<svg aria-hidden="true" ', 1)
