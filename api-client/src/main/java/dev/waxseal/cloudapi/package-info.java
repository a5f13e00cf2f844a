/**
 * What every part of the Cloud API client shares: how a customer is known, how JSON and secrets are held, and the root of
 * the errors.
 *
 * <p>No type of this package prints a personal value or a secret: {@code toString} names the kind and nothing of the
 * content. Records here and in the packages below hold optional values as {@link java.util.Optional} components, since
 * they are read far more often than they are made.
 */
@NullMarked
package dev.waxseal.cloudapi;

import org.jspecify.annotations.NullMarked;
