package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.CustomerId;
import dev.waxseal.cloudapi.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A contact card (Meta's {@code contacts} of a message of that type).
 *
 * @param name the name
 * @param phones phone numbers
 * @param emails e-mail addresses
 * @param addresses postal addresses
 * @param organization where the person works
 * @param urls web pages
 * @param birthday the birthday, {@code YYYY-MM-DD}, as it stands on the card
 * @param vcard the whole card as a vCard, if Meta sent it
 * @param raw the object as Meta sent it
 */
public record SharedContact(
        Name name,
        List<Phone> phones,
        List<Email> emails,
        List<PostalAddress> addresses,
        Optional<Organization> organization,
        List<WebAddress> urls,
        Optional<String> birthday,
        Optional<String> vcard,
        JsonObject raw) {
    /** Copies the lists. */
    public SharedContact {
        phones = List.copyOf(phones);
        emails = List.copyOf(emails);
        addresses = List.copyOf(addresses);
        urls = List.copyOf(urls);
    }

    /**
     * A person's name.
     *
     * @param formatted the whole name
     * @param first the first name
     * @param middle the middle name
     * @param last the last name
     * @param prefix what stands before it
     * @param suffix what stands after it
     */
    public record Name(
            Optional<String> formatted,
            Optional<String> first,
            Optional<String> middle,
            Optional<String> last,
            Optional<String> prefix,
            Optional<String> suffix) {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "Name[withheld]";
        }
    }

    /**
     * A phone number.
     *
     * @param number the number as it stands on the card
     * @param customerId the WhatsApp account of that number
     * @param type what the number is for, for instance {@code MOBILE}
     */
    public record Phone(Optional<String> number, Optional<CustomerId> customerId, Optional<String> type) {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "Phone[withheld]";
        }
    }

    /**
     * An e-mail address.
     *
     * @param address the address
     * @param type what it is for
     */
    public record Email(Optional<String> address, Optional<String> type) {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "Email[withheld]";
        }
    }

    /**
     * A postal address.
     *
     * @param street street and number
     * @param city the city
     * @param state the state
     * @param zip the postal code
     * @param country the country
     * @param countryCode the country, ISO 3166-1
     * @param type what it is for
     */
    public record PostalAddress(
            Optional<String> street,
            Optional<String> city,
            Optional<String> state,
            Optional<String> zip,
            Optional<String> country,
            Optional<String> countryCode,
            Optional<String> type) {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "PostalAddress[withheld]";
        }
    }

    /**
     * Where the person works.
     *
     * @param company the company
     * @param department the department
     * @param title the person's position
     */
    public record Organization(Optional<String> company, Optional<String> department, Optional<String> title) {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "Organization[withheld]";
        }
    }

    /**
     * A web page.
     *
     * @param url the page
     * @param type what it is for
     */
    public record WebAddress(Optional<String> url, Optional<String> type) {
        /** Returns a placeholder, never what it holds. */
        @Override
        public String toString() {
            return "WebAddress[withheld]";
        }
    }

    /** Returns a placeholder, never what it holds. */
    @Override
    public String toString() {
        return "SharedContact[withheld]";
    }
}
