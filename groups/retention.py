"""How long it is kept who waited for a price, was asked for one, was told one, typed a wrong PIN.

A group's own record – its book, its meetings, its elections – is the group's, and stays.
"""

from db.retention import Kept, Rule
from groups.models import AlertCrossing, PriceAsk, PriceWish
from groups.office_models import PinTry

RULES = (
    Rule("waited for prices", Kept.ASKED, PriceWish, PriceWish.asked_at),
    Rule("asked for prices", Kept.ASKED, PriceAsk, PriceAsk.asked_at),
    Rule(
        "told by alerts",
        Kept.ASKED,
        AlertCrossing,
        AlertCrossing.crossed_at,
        stays=AlertCrossing.settled_at.is_(None),
    ),
    Rule("wrong PINs", Kept.ASKED, PinTry, PinTry.tried_at),
)
