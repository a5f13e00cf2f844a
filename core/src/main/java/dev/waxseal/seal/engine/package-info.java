/** How records are sealed and opened. Not exported: nothing is opened but through a vault, which decides and records. */
@NullMarked
package dev.waxseal.seal.engine;

import org.jspecify.annotations.NullMarked;
