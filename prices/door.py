"""At the door: whether a report is believed, doubted, or asked back (pure)."""

from math import log

from prices.filter import Score
from prices.kinds import ObservationStatus

# Beyond this factor of what is usual lie digits and units mistaken, whatever else speaks for it
# (price-quality protocol, step 2) – where anything is known of what is usual.
FAR = log(3)
HOLD, FLAG = 0.8, 0.5


def standing(score: Score, *, is_confirmed: bool) -> ObservationStatus:
    """What becomes of a report, seen from what was believed before it.

    Who was asked back and stands by it is believed; the moderators see it all the same.
    """
    is_far = abs(score.error) > FAR and score.deviation < FAR
    if is_confirmed:
        is_doubtful = is_far or score.slip_probability >= FLAG
        return ObservationStatus.FLAGGED if is_doubtful else ObservationStatus.ACCEPTED
    if is_far or score.slip_probability >= HOLD:
        return ObservationStatus.HELD
    return (
        ObservationStatus.FLAGGED if score.slip_probability >= FLAG else ObservationStatus.ACCEPTED
    )


def is_doubted(slip_probability: float | None) -> bool:
    """Whether a report is too probably a slip to be said to others; None: nobody has looked."""
    return slip_probability is not None and slip_probability >= FLAG


def why(score: Score) -> str:
    """The reason, for the moderators."""
    share = round(score.slip_probability * 100)
    return f"{share} % likely a slip: off by {score.error:+.2f} (log) from what was believed"
