"""The head and the probes of the page Inside, without the sections that ask for a net."""

from dashboard.components.inside_sides import chosen_sides
from dashboard.components.probe_panel import probe_panel

left, right, _ = chosen_sides()
probe_panel((left, right))
