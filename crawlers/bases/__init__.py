"""What spiders are built on: a base for each kind of answer, and the books that prove a board was seen whole."""
