"""The phone page: a feature phone in the browser, for trying Bei without a gateway."""

from app.phone.views import phone

__all__ = ["phone"]
