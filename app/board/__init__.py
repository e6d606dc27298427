"""The public board: prices for everybody with a browser, in words and without a script."""

from flask import Blueprint

from app.board import commodity_pages, find_pages, home_pages, map_pages, market_pages, sheet_pages
from app.board.site import dress

PAGES = (home_pages, commodity_pages, market_pages, map_pages, sheet_pages, find_pages)

board = Blueprint("board", __name__, template_folder="templates")
for _one in PAGES:
    board.register_blueprint(_one.pages)
dress(board)
