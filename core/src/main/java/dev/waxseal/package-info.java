/**
 * The front door: {@link dev.waxseal.Waxseal} opens it, a {@link dev.waxseal.Vault} keeps the records of one type, a
 * {@link dev.waxseal.View} shows what may be seen of one.
 */
@NullMarked
package dev.waxseal;

import org.jspecify.annotations.NullMarked;
