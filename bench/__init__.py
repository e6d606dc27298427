"""Speed, measured against a floor of the same run: the least work the task could be."""
