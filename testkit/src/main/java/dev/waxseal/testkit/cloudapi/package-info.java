/**
 * A stand-in for Meta's side of the Cloud API, and the tiny endpoint of a host to go with it: for tests and examples, on
 * the loopback interface, over TLS. Not for production.
 */
@NullMarked
package dev.waxseal.testkit.cloudapi;

import org.jspecify.annotations.NullMarked;
