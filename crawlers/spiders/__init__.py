"""One spider for each source: a page of facts on a shared base."""
