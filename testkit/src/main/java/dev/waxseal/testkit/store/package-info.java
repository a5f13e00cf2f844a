/**
 * Stores in memory for a host's own tests, and the contract test that every implementation of {@link
 * dev.waxseal.Stores} must pass.
 */
@NullMarked
package dev.waxseal.testkit.store;

import org.jspecify.annotations.NullMarked;
