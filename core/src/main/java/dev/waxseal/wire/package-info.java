/**
 * How values are written: deterministic CBOR (RFC 8949 §4.2.1) for what is sealed, JSON for what stays in clear, behind
 * one pair of interfaces, so that each type has one codec. Not exported.
 */
@NullMarked
package dev.waxseal.wire;

import org.jspecify.annotations.NullMarked;
