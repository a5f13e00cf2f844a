package dev.waxseal.cloudapi;

import dev.waxseal.error.InvalidInputException;
import java.util.Optional;

/**
 * How a customer is known to the business: first by the business-scoped user id (Meta's {@code user_id}, for instance
 * {@code US.13491208655302741918}), second by the phone number ({@code wa_id}). Either may be absent, never both:
 * customers with a username may show no number, and older payloads carry no user id.
 *
 * <p>Two ids are equal when both parts are. Whether they mean the same customer is what {@link #isSameCustomerAs} tells.
 * Immutable and safe for use by several threads.
 *
 * @param userId the business-scoped user id as Meta writes it, 1 to 256 characters
 * @param phoneNumber the phone number as Meta writes it, usually digits without a plus sign, 1 to 256 characters
 */
public record CustomerId(Optional<String> userId, Optional<String> phoneNumber) {
    private static final int MAXIMUM_LENGTH = 256;

    /**
     * Checks the two parts.
     *
     * @throws InvalidInputException if both are absent, or one is empty or longer than 256 characters
     */
    public CustomerId {
        if (userId.isEmpty() && phoneNumber.isEmpty()) {
            throw new InvalidInputException("a customer needs a user id or a phone number; neither was given");
        }
        check("user id", userId);
        check("phone number", phoneNumber);
    }

    private static void check(String part, Optional<String> value) {
        if (value.isPresent() && (value.get().isEmpty() || value.get().length() > MAXIMUM_LENGTH)) {
            throw new InvalidInputException("a customer's " + part + " has 1 to " + MAXIMUM_LENGTH + " characters, not "
                    + value.get().length());
        }
    }

    /**
     * Names a customer of whom only the user id is known.
     *
     * @param userId Meta's {@code user_id}
     * @return the customer's id
     * @throws InvalidInputException if it is empty or longer than 256 characters
     */
    public static CustomerId ofUserId(String userId) {
        return new CustomerId(Optional.of(userId), Optional.empty());
    }

    /**
     * Names a customer of whom only the phone number is known.
     *
     * @param phoneNumber Meta's {@code wa_id}
     * @return the customer's id
     * @throws InvalidInputException if it is empty or longer than 256 characters
     */
    public static CustomerId ofPhoneNumber(String phoneNumber) {
        return new CustomerId(Optional.empty(), Optional.of(phoneNumber));
    }

    /**
     * Names a customer of whom both are known.
     *
     * @param userId Meta's {@code user_id}
     * @param phoneNumber Meta's {@code wa_id}
     * @return the customer's id
     * @throws InvalidInputException if one is empty or longer than 256 characters
     */
    public static CustomerId of(String userId, String phoneNumber) {
        return new CustomerId(Optional.of(userId), Optional.of(phoneNumber));
    }

    /**
     * Returns the one value to look a customer up by: the user id where there is one, else the phone number. It is
     * personal data.
     *
     * @return the user id or the phone number
     */
    public String value() {
        return userId.or(() -> phoneNumber).orElseThrow();
    }

    /**
     * Tells whether both ids mean one customer: by user id where both have one (a phone number may have changed hands),
     * else by phone number. Without a part in common the answer is no.
     *
     * @param other the other id
     * @return whether both mean the same customer
     */
    public boolean isSameCustomerAs(CustomerId other) {
        if (userId.isPresent() && other.userId.isPresent()) {
            return userId.equals(other.userId);
        }
        return phoneNumber.isPresent() && phoneNumber.equals(other.phoneNumber);
    }

    /** Returns a placeholder that tells which parts are known, never the parts. */
    @Override
    public String toString() {
        if (userId.isEmpty()) {
            return "CustomerId[phone number]";
        }
        return phoneNumber.isEmpty() ? "CustomerId[user id]" : "CustomerId[user id, phone number]";
    }
}
