/**
 * The vocabulary: annotations that say on the domain class what each component is, and {@link
 * dev.waxseal.policy.RecordPolicy}, which compiles and checks them.
 *
 * <p>Deny by default: a component that doesn't say what it is fails the policy, with a message that names class,
 * component and remedy. The package knows nothing of keys, stores or access.
 */
@NullMarked
package dev.waxseal.policy;

import org.jspecify.annotations.NullMarked;
