"""The report page: statistics, plots, and the page itself."""
