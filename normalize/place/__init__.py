"""Places: the gazetteer, the locations of a job, and its workplace."""
