/**
 * What is dropped, masked or redacted on the way in and out. {@link dev.waxseal.minimize.Redactor} takes out of free text what
 * nobody needs in order to answer it: payment cards, account numbers, passwords, keys, ...
 *
 * <p>Data minimisation: GDPR Art. 5(1)(c); PCI DSS 4.0 requirement 3.
 */
@NullMarked
package dev.waxseal.minimize;

import org.jspecify.annotations.NullMarked;
