"""What the desk says of groups and their books (pure)."""

from collections.abc import Mapping

from groups.book_kinds import EntryKind, Milking, Reason
from groups.mode import Need
from groups.models import Role

NEEDS: Mapping[Need, str] = {
    Need.RECORDS: "every delivery is written",
    Need.MILK_MAP: "each member's morning and evening milk is known",
    Need.LOSSES: "lost and refused milk is written, and no more than usual",
    Need.PRICES: "what buyers pay a litre is written",
    Need.ACCOUNTS: "what buyers paid is written",
    Need.QUALITY: "milk is graded",
    Need.COSTS: "what members owe is written",
    Need.NEGOTIATION: "the price is as good as elsewhere",
    Need.AUDIT: "the book comes out even",
    Need.MARKET: "more than one buyer is known",
    Need.CONTRACTS: "one buyer comes month after month",
    Need.INVESTMENT: "the litres are steady",
}
STEPS = {1: "the milk is known", 2: "the money is known", 3: "the market is known"}
KINDS: Mapping[EntryKind, str] = {
    EntryKind.DELIVERY: "delivery",
    EntryKind.OWN: "member's own side",
    EntryKind.REJECT: "refused",
    EntryKind.LOSS: "lost",
    EntryKind.SALE: "sale",
    EntryKind.PAID: "paid",
    EntryKind.CHARGE: "charge",
    EntryKind.VOID: "taken out",
}
MILKINGS: Mapping[Milking, str] = {Milking.MORNING: "morning", Milking.EVENING: "evening"}
REASONS: Mapping[Reason, str] = {
    Reason.SOUR: "sour",
    Reason.ALCOHOL: "alcohol test",
    Reason.LACTOMETER: "too light",
    Reason.ANTIBIOTICS: "antibiotics",
    Reason.DIRT: "dirt",
    Reason.SPILT: "spilt",
    Reason.OTHER: "another reason",
}
OFFICES = (Role.CHAIR, Role.SECRETARY, Role.TREASURER, Role.COLLECTOR)
