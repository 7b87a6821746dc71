"""Maps a pure function over tasks, in this process or in others."""
