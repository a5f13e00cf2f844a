package dev.waxseal.wire;

/** IEEE 754 numbers of half precision, as RFC 8949 §4.1 wants them where they lose nothing. */
final class Floats {
    static final int CANONICAL_NAN = 0x7e00;

    private Floats() {}

    static boolean isSingle(double value) {
        return Double.doubleToRawLongBits((float) value) == Double.doubleToRawLongBits(value);
    }

    /** The bits of the half-precision number that equals the value, or -1 where none does. */
    static int halfBits(double value) {
        if (Double.isNaN(value)) {
            return CANONICAL_NAN;
        }
        int sign = (int) (Double.doubleToRawLongBits(value) >>> 63) << 15;
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            return sign;
        }
        if (Double.isInfinite(value)) {
            return sign | 0x7c00;
        }
        int exponent = Math.getExponent(magnitude);
        if (exponent > 15 || exponent < -24) {
            return -1;
        }
        // A half has steps of 2^(exponent - 10), and of 2^-24 below its smallest normal number.
        int step = Math.max(exponent, -14) - 10;
        double steps = Math.scalb(magnitude, -step);
        if (steps != Math.rint(steps)) {
            return -1;
        }
        int whole = (int) steps;
        return exponent < -14 ? sign | whole : sign | ((exponent + 15) << 10) | (whole & 0x3ff);
    }

    static double fromHalf(int bits) {
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude;
        if (exponent == 0) {
            magnitude = Math.scalb((double) fraction, -24);
        } else if (exponent == 0x1f) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else {
            magnitude = Math.scalb((double) (fraction | 0x400), exponent - 25);
        }
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }
}
