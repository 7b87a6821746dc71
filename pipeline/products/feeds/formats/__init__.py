"""One module per feed format, and the modules that the formats share."""
