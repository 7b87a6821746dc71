"""Where the job is: the gazetteer, locations, and whether it is remote."""
