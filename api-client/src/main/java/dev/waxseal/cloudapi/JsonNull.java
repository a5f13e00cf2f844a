package dev.waxseal.cloudapi;

/** The JSON {@code null}. All instances are equal. */
public record JsonNull() implements Json {}
