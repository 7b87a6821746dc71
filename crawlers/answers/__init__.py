"""Readers of a board's answers: encodings, lenient JSON, obstacles, fields of odd shape, links, own postings."""
