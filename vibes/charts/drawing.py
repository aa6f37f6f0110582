"""A figure while it is being drawn: plain dicts, checked by plotly once at the end.

plotly checks the whole figure again at every `add_annotation`; sixty models would take seconds.
"""

from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

Part = dict[str, Any]


@dataclass
class Drawing:
    """Traces and layout parts in the words of plotly's reference."""

    traces: list[Part] = field(default_factory=list)
    annotations: list[Part] = field(default_factory=list)
    shapes: list[Part] = field(default_factory=list)
    layout: Part = field(default_factory=dict)

    def trace(self, kind: str, **values: Any) -> None:
        self.traces.append({"type": kind, **values})

    def annotate(self, **values: Any) -> None:
        self.annotations.append(values)

    def line(self, **values: Any) -> None:
        self.shapes.append({"type": "line", "layer": "below", **values})

    def figure(self) -> go.Figure:
        layout = {**self.layout, "annotations": self.annotations, "shapes": self.shapes}
        return go.Figure({"data": self.traces, "layout": layout})
