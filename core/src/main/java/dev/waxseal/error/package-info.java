/**
 * The errors of Waxseal, one small unchecked tree under {@link dev.waxseal.error.WaxsealException}.
 *
 * <p>Every message says what happened, to which thing (by name or reference, never by a personal value) and what to do.
 */
@NullMarked
package dev.waxseal.error;

import org.jspecify.annotations.NullMarked;
