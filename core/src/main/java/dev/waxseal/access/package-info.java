/**
 * Who may see what, for which purpose: {@link dev.waxseal.access.AccessDecider} is the SPI, grants are the
 * implementation that comes with Waxseal. Nothing granted, nothing shown.
 */
@NullMarked
package dev.waxseal.access;

import org.jspecify.annotations.NullMarked;
