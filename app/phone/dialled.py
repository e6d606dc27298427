"""What was dialled and keyed in, as the network would pass it on."""

from collections.abc import Sequence


def network_transcript(dialled: str, inputs: Sequence[str], service_code: str) -> str | None:
    """All inputs so far, joined by `*`; None when the code is not ours.

    `*384*123*1*3#` is a deep dial: our code with the first two inputs already in it.
    """
    own, code = service_code.removesuffix("#"), "".join(dialled.split())
    if code == service_code:
        return "*".join(inputs)
    if not (code.startswith(f"{own}*") and code.endswith("#")):
        return None
    first = code.removeprefix(f"{own}*").removesuffix("#")
    return "*".join((first, *inputs)) if first else None
