/**
 * What a sealed record is made of, and {@link dev.waxseal.seal.RecordStore}, the SPI for where it rests. The format is
 * specified in docs/FORMAT.md.
 */
@NullMarked
package dev.waxseal.seal;

import org.jspecify.annotations.NullMarked;
