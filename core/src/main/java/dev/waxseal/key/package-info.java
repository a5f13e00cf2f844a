/**
 * Keys and where they rest. {@link dev.waxseal.key.RootKeys} is the SPI for the service that holds the root key, {@link
 * dev.waxseal.key.KeyStore} the SPI for the database that holds the wrapped keys.
 */
@NullMarked
package dev.waxseal.key;

import org.jspecify.annotations.NullMarked;
