/**
 * Root keys in AWS Key Management Service: {@link dev.waxseal.integrations.aws.AwsKmsRootKeys}.
 */
@NullMarked
package dev.waxseal.integrations.aws;

import org.jspecify.annotations.NullMarked;
