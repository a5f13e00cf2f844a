/**
 * What the modules for remote key services share: {@link dev.waxseal.integrations.remote.ServiceGuard} retries calls that
 * may be made twice, stops calling a service that fails, and shows its state to operators. {@link
 * dev.waxseal.integrations.remote.ServiceConnection} bounds each exchange, and {@link
 * dev.waxseal.integrations.remote.KeyWrapping} finds out answers that belong to another request.
 */
@NullMarked
package dev.waxseal.integrations.remote;

import org.jspecify.annotations.NullMarked;
