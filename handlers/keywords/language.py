"""Somebody wants another language."""

from handlers.commands import SetLanguage
from handlers.conversation import Conversation
from messaging.phrases import languages, languages_for, say
from messaging.phrases.formats import language_name


def set_language(conversation: Conversation, command: SetLanguage) -> str:
    """Answer in a language from now on, or say which ones there are."""
    language = command.language
    if language not in languages():
        spoken = languages_for(conversation.vocabulary.country.languages)
        names = [language_name(one) for one in spoken]
        return say(
            conversation.language, "Choose your language. Send: {names}", names=" / ".join(names)
        )
    conversation.subscriber.language = language
    conversation.subscriber.has_chosen_language = True
    return say(language, "From now on we write to you in {name}.", name=language_name(language))
