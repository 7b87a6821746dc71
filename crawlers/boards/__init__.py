"""Which boards there are: recognition, probing and import."""
