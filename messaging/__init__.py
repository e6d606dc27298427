"""Who we talk to, and through what: subscribers, the outbox, the gateways, the phrases."""
