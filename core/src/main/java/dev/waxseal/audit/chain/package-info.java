/** The trail that comes with Waxseal: events linked by a keyed hash. Not exported. */
@NullMarked
package dev.waxseal.audit.chain;

import org.jspecify.annotations.NullMarked;
