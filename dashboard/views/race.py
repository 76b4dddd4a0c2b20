"""The first page: start a race, and watch it."""

from dashboard.components.race_form import advanced_form, race_form
from dashboard.components.race_panel import race_panel

draft = race_form()
race_panel()
advanced_form(draft)
