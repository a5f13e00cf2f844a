/**
 * What happened, in a trail that shows when it was tampered with: {@link dev.waxseal.audit.AuditTrail} is the SPI, and
 * the trail that comes with Waxseal links each event to the one before it by a keyed hash.
 */
@NullMarked
package dev.waxseal.audit;

import org.jspecify.annotations.NullMarked;
