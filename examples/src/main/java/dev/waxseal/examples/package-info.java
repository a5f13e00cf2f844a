/** Runnable programs: from one file to the whole tour. */
@NullMarked
package dev.waxseal.examples;

import org.jspecify.annotations.NullMarked;
