"""Where the nets of a race look, and how far such maps can be trusted."""

import streamlit as st

from dashboard.components.attention_download import download_section
from dashboard.components.attention_faithfulness import faithfulness_section
from dashboard.components.attention_film import film_section
from dashboard.components.attention_maps import attention_section
from dashboard.components.attention_methods import methods_section
from dashboard.components.attention_sanity import sanity_section
from dashboard.components.sides_picker import chosen_sides

st.title("Attention maps", anchor=False)
left, right, _ = chosen_sides()
attention_section((left, right))
film_section((left, right))
methods_section((left, right))
sanity_section((left, right))
faithfulness_section((left, right))
download_section((left, right))
