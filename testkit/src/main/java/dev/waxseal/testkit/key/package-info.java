/** Root keys for tests. */
@NullMarked
package dev.waxseal.testkit.key;

import org.jspecify.annotations.NullMarked;
