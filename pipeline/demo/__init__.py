"""Two recorded days of invented boards, and a report about them."""
