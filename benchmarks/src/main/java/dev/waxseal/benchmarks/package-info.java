/** Benchmarks: each command measures the library and its reference side by side in one run, and reports the ratio. */
@NullMarked
package dev.waxseal.benchmarks;

import org.jspecify.annotations.NullMarked;
