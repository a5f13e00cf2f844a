package dev.waxseal.cloudapi.webhook;

/** What became of a message that the business sent: a {@link MessageStatus}, or an {@link UnknownStatus}. */
public sealed interface StatusUpdate extends WebhookEvent permits MessageStatus, UnknownStatus {}
