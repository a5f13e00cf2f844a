package dev.waxseal.cloudapi.webhook;

/** Something about a group: a {@link GroupUpdate}, or an {@link UnknownGroupEvent}. */
public sealed interface GroupEvent extends WebhookEvent permits GroupUpdate, UnknownGroupEvent {}
