/**
 * What the modules for remote key services share: {@link dev.waxseal.integrations.remote.ServiceGuard} retries calls that
 * may be made twice, stops calling a service that fails, and shows its state to operators.
 */
@NullMarked
package dev.waxseal.integrations.remote;

import org.jspecify.annotations.NullMarked;
