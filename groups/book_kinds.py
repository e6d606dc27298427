"""The closed sets of the milk book."""

from enum import StrEnum


class EntryKind(StrEnum):
    """What a line of the book tells."""

    DELIVERY = "delivery"  # a member brought it; written by whoever received it
    OWN = "own"  # the same as the member wrote it down: their own side
    REJECT = "reject"  # a member brought it, and it was not taken
    LOSS = "loss"  # it was taken, and could not be sold
    SALE = "sale"  # the bulk went to a buyer
    PAID = "paid"  # a buyer paid, a member was paid: money that moved
    CHARGE = "charge"  # what a member owes: feed, soap, an advance, school fees
    SETTLED = "settled"  # a pay period was paid to all; `what_for` is its label
    VOID = "void"  # another line was wrong, and nothing takes its place


class Milking(StrEnum):
    """Which milk of the day it was."""

    MORNING = "morning"
    EVENING = "evening"


class Reason(StrEnum):
    """Why milk was not taken, or not sold."""

    SOUR = "sour"
    ALCOHOL = "alcohol"  # it failed the alcohol test
    LACTOMETER = "lactometer"  # too light: watered
    ANTIBIOTICS = "antibiotics"
    DIRT = "dirt"
    SPILT = "spilt"
    OTHER = "other"
