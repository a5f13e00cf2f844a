/**
 * Receives Meta's webhooks: {@link dev.waxseal.cloudapi.webhook.Webhooks} checks the signature of a delivery and reads
 * it, and answers the handshake by which Meta verifies the endpoint.
 *
 * <p>Every record holds personal data and prints none of it: {@code toString} names the kind only.
 */
@NullMarked
package dev.waxseal.cloudapi.webhook;

import org.jspecify.annotations.NullMarked;
