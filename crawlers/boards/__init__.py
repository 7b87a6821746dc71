"""Boards behind addresses: recognition, probing, and import of lists."""
