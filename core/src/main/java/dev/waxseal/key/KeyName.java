package dev.waxseal.key;

/**
 * Which key: unique in a key store. Holds no personal value: a subject is named by its keyed reference.
 *
 * @param tenant the tenant
 * @param kind what it is for
 * @param name the subject's reference, the day in ISO 8601 ("none" for no known end), "type/component", or a fixed word
 */
public record KeyName(String tenant, KeyKind kind, String name) {
    @Override
    public String toString() {
        return kind + " key '" + name + "' of tenant '" + tenant + "'";
    }
}
