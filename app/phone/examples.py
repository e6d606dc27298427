"""What a newcomer may try first: each can be clicked on the page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """Something to text, and what for."""

    text: str
    meaning: str


EXAMPLES = (
    Example("bei maziwa nakuru", "Ask a price, here in Swahili: milk in Nakuru"),
    Example("milk githunguri", "Ask in English, as short as you like"),
    Example("report milk githunguri 45", "Tell what you were paid for a litre"),
    Example("JOIN KIRIMA", "Join a demo group and get its weekly bulletin"),
    Example("ENGLISH", "Bei answers in your language; change it at any time"),
    Example("HELP", "What else can be texted"),
)
