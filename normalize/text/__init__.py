"""Text and markup cut into words, clauses, numbers and quantities; knows no field of a listing."""
