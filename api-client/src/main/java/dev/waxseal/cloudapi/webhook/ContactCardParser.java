package dev.waxseal.cloudapi.webhook;

import dev.waxseal.cloudapi.webhook.SharedContact.Email;
import dev.waxseal.cloudapi.webhook.SharedContact.Name;
import dev.waxseal.cloudapi.webhook.SharedContact.Organization;
import dev.waxseal.cloudapi.webhook.SharedContact.Phone;
import dev.waxseal.cloudapi.webhook.SharedContact.PostalAddress;
import dev.waxseal.cloudapi.webhook.SharedContact.WebAddress;
import java.util.Optional;

/** Reads the contact cards that customers share; anything can be missing on one. */
final class ContactCardParser {
    private static final Name NO_NAME = new Name(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private ContactCardParser() {}

    static SharedContact read(Fields card) {
        return new SharedContact(
                card.object("name").map(ContactCardParser::name).orElse(NO_NAME),
                card.objects("phones").stream()
                        .map(phone -> new Phone(phone.id("phone"), Customers.named(phone), phone.text("type")))
                        .toList(),
                card.objects("emails").stream()
                        .map(email -> new Email(email.text("email"), email.text("type")))
                        .toList(),
                card.objects("addresses").stream()
                        .map(ContactCardParser::address)
                        .toList(),
                card.object("org")
                        .map(org -> new Organization(org.text("company"), org.text("department"), org.text("title"))),
                card.objects("urls").stream()
                        .map(url -> new WebAddress(url.text("url"), url.text("type")))
                        .toList(),
                card.text("birthday"),
                card.text("vcard"),
                card.raw());
    }

    private static Name name(Fields name) {
        return new Name(
                name.text("formatted_name"),
                name.text("first_name"),
                name.text("middle_name"),
                name.text("last_name"),
                name.text("prefix"),
                name.text("suffix"));
    }

    private static PostalAddress address(Fields address) {
        return new PostalAddress(
                address.text("street"),
                address.text("city"),
                address.text("state"),
                address.id("zip"),
                address.text("country"),
                address.text("country_code"),
                address.text("type"));
    }
}
