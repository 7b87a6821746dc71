"""Base classes of spiders, one for each kind of answer, and the books that prove that a board was seen whole."""
