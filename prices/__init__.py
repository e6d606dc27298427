"""What things cost: the catalogue, the reports and series, and the estimates made of them."""
