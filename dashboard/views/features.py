"""What trained nets have learned, and what happens when a part is taken out."""

import streamlit as st

from dashboard.components.features_confusion import confusion_section
from dashboard.components.features_landscape import landscape_section
from dashboard.components.features_lesion import lesion_section
from dashboard.components.features_map import features_map_section
from dashboard.components.features_unit import unit_section
from dashboard.components.sides_picker import chosen_sides

st.title("Features", anchor=False)
left, right, _ = chosen_sides()
unit_section((left, right))
lesion_section((left, right))
confusion_section((left, right))
features_map_section((left, right))
landscape_section((left, right))
