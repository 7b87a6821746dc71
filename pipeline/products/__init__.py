"""What a snapshot holds besides its datasets: feeds, report, descriptors and metrics."""
