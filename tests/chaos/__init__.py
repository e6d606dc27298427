"""Bei as it really runs – processes, HTTP, two databases – while everything breaks around it."""
