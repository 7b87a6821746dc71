"""One cycle: crawl, read, merge, check, publish, resume."""
