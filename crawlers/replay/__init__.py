"""Recorded answers, and a local server that plays them, with faults."""
