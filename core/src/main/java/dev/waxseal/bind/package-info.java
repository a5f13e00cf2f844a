/**
 * Between domain objects and their written form: the shape of a class, read once by reflection, and a codec for each
 * component's type. Not exported.
 */
@NullMarked
package dev.waxseal.bind;

import org.jspecify.annotations.NullMarked;
