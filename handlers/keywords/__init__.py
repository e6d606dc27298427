"""What Bei can do for somebody: one file per verb, and the words they share."""
