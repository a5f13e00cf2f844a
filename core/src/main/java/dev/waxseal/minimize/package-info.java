@org.jspecify.annotations.NullMarked
package dev.waxseal.minimize;
