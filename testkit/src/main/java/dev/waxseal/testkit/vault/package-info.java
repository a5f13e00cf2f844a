/** What a vault must do on any stores: contract tests that run through the front door. */
@NullMarked
package dev.waxseal.testkit.vault;

import org.jspecify.annotations.NullMarked;
