"""The head and the probes of the page Inside, without the sections that ask for a net."""

from dashboard.components.probe_panel import probe_panel
from dashboard.components.sides_picker import chosen_sides

left, right, _ = chosen_sides()
probe_panel((left, right))
