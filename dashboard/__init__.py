"""The lab in a browser. It reads core's specs and store; it never imports torch."""
