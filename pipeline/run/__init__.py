"""One run, from the crawl to the published snapshot: read, merge, check, publish, resume, rebuild."""
