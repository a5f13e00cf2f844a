/**
 * Root keys in a hardware security module or another token of PKCS#11: {@link
 * dev.waxseal.integrations.pkcs11.Pkcs11RootKeys}. Set-up, permissions and limits are in docs/KEY-SERVICES.md.
 */
@NullMarked
package dev.waxseal.integrations.pkcs11;

import org.jspecify.annotations.NullMarked;
