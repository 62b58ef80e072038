"""Pictures of the report as SVG files: curves and bars. Owns matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "pictures"

Points = Sequence[Sequence[float]]


def curves(
    name: str,
    x: str,
    y: str,
    lines: Mapping[str, Points],
    *,
    log_x: bool = True,
    log_y: bool = True,
    marks: bool = True,
) -> str:
    """Draw lines of (x, y) points; returns the Markdown that shows them, nothing where there are none."""
    if not any(lines.values()):
        return ""
    figure, axes = _canvas()
    for label, points in lines.items():
        style = "--" if label == "ideal" else "o-" if marks else "-"
        axes.plot([point[0] for point in points], [point[1] for point in points], style, label=label)
    if log_x:
        axes.set_xscale("log")
    if log_y:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3)
    axes.legend()
    return _saved(figure, name)


def bars(name: str, x: str, values: Mapping[str, float]) -> str:
    """Draw one horizontal bar a name, the first on top; returns the Markdown that shows them."""
    figure, axes = _canvas()
    drawn = axes.barh(list(values), list(values.values()))
    axes.bar_label(drawn, fmt="{:,.0f}", padding=3)
    axes.invert_yaxis()
    axes.set_xlabel(x)
    axes.margins(x=0.15)
    return _saved(figure, name)


def _canvas() -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "domainscout"
    from matplotlib import pyplot

    canvas: tuple[Any, Any] = pyplot.subplots(figsize=(7, 3.5))
    return canvas


def _saved(figure: Any, name: str) -> str:
    from matplotlib import pyplot

    FOLDER.mkdir(exist_ok=True)
    figure.tight_layout()
    figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
    pyplot.close(figure)
    return f"![{name}](pictures/{name}.svg)"
