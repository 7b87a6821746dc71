"""One module per feed format, and what the formats share."""
