/** Live keys: found, made, unwrapped, cached within bounds, derived. Not exported. */
@NullMarked
package dev.waxseal.key.ring;

import org.jspecify.annotations.NullMarked;
