"""How a group is called in a reply."""

from groups.models import Group
from handlers.keywords.fitting import clip, quotable


def group_name(group: Group, longest: int) -> str:
    """A group by its name; by its code where the name is written in another script."""
    return clip(quotable(group.name), longest) or group.code
