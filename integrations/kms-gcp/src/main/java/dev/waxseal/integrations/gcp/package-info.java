/**
 * Root keys in Google Cloud Key Management Service: {@link dev.waxseal.integrations.gcp.GcpKmsRootKeys}.
 */
@NullMarked
package dev.waxseal.integrations.gcp;

import org.jspecify.annotations.NullMarked;
