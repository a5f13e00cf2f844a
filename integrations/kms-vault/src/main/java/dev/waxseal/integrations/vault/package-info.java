/**
 * Root keys in the Transit secrets engine of HashiCorp Vault or OpenBao: {@link
 * dev.waxseal.integrations.vault.VaultTransitRootKeys}. Set-up, permissions and limits are in docs/KEY-SERVICES.md.
 */
@NullMarked
package dev.waxseal.integrations.vault;

import org.jspecify.annotations.NullMarked;
