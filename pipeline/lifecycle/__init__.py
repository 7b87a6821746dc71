"""The pure rules: how a board's answer changes its listings, duplicates, and checks."""
