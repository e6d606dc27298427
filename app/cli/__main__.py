"""`python -m app.cli`: the same as `bei`, for processes that `bei run` starts."""

from app.cli import main

main()
