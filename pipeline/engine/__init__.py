"""The map of a pure function over tasks, in this process or in a pool of processes."""
