"""The products of a snapshot besides its datasets: feeds, report, descriptors and metrics."""
