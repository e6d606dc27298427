"""Whether the doors are as good as they look (pure)."""

from collections.abc import Sequence

from pydantic import SecretStr

from app.config import Settings

# Shorter ones are words somebody chose, and words are guessed.
SHORTEST_SECRET = 16
_LONGER = f"make one of {SHORTEST_SECRET} letters or more with `openssl rand -hex 24`"


def doors_amiss(settings: Settings) -> Sequence[str]:
    """What lets strangers in, or gateways not, and what to do; nothing where all is well."""
    public = settings.public_base_url
    found = [
        (_is_short(settings.at_webhook_secret), f"BEI_AT_WEBHOOK_SECRET is short: {_LONGER}"),
        (_is_short(settings.secret_key), f"BEI_SECRET_KEY is short: {_LONGER}"),
        (
            public is not None and public.scheme != "https",
            "BEI_PUBLIC_BASE_URL is not https: passwords and secrets travel in the clear",
        ),
        (
            # Who terminates https for us calls from one address, which is no gateway's.
            bool(settings.gateway_addresses) and public is not None and not settings.proxies,
            "BEI_GATEWAY_ADDRESSES without BEI_PROXIES: behind a proxy no gateway gets in; say how"
            " many there are",
        ),
    ]
    return [words for is_amiss, words in found if is_amiss]


def _is_short(secret: SecretStr | None) -> bool:
    return secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET
