"""What is in an answer: its encoding, lenient JSON, obstacles, fields of odd shape, links."""
