package dev.waxseal.cloudapi.webhook;

/** A message from a customer: one of the {@link KnownMessage} kinds, or an {@link UnknownMessage}. */
public sealed interface IncomingMessage extends WebhookEvent permits KnownMessage, UnknownMessage {}
