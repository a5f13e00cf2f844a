package dev.waxseal.cloudapi;

import dev.waxseal.error.InvalidInputException;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * A JSON number, held as it was written, so that no digit is lost. Equal when the texts are: {@code 1.0} is not
 * {@code 1}.
 *
 * @param text the number as RFC 8259 §6 has it, for instance {@code -122.16165924072}
 */
public record JsonNumber(String text) implements Json {
    private static final Pattern GRAMMAR = Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");

    /**
     * Checks the number.
     *
     * @throws InvalidInputException if the text is no JSON number
     */
    public JsonNumber {
        if (!GRAMMAR.matcher(text).matches()) {
            throw new InvalidInputException("a JSON number was expected as RFC 8259 section 6 defines it");
        }
    }

    /**
     * Makes a whole number.
     *
     * @param value the number
     * @return it in JSON
     */
    public static JsonNumber of(long value) {
        return new JsonNumber(Long.toString(value));
    }

    /**
     * Returns the number's exact value. Its exponent may be huge: don't write it out without one.
     *
     * @return the value
     * @throws ArithmeticException if the exponent doesn't fit an int
     */
    public BigDecimal toBigDecimal() {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            // The grammar is checked, so only the exponent can be at fault; the message would quote the number.
            throw new ArithmeticException("the number's exponent is out of range");
        }
    }

    /** Returns a placeholder, never the number. */
    @Override
    public String toString() {
        return "JsonNumber[withheld]";
    }
}
