"""Recorded answers, and a local server that plays them or invented boards with faults."""
