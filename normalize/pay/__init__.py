"""Pay: amounts, spans, status, the boards' own records, and the choice among them."""
