"""Is everything in place? What `bei doctor` and the desk look at, in the operator's words."""
