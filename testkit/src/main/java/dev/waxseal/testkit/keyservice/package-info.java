/**
 * What root keys must do, wherever they live: contract tests to extend, and a service on loopback that can fail, for writers
 * of key services' modules.
 */
@NullMarked
package dev.waxseal.testkit.keyservice;

import org.jspecify.annotations.NullMarked;
