"""Files brought in by browser: taken at the desk, checked and applied by the worker."""
