"""Pure figures: a DataFrame in, a Plotly figure out. No page, no store, no state."""
