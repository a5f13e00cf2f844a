/** Field-level sealing of customer records: policies, keys, sealing, access and audit. */
module dev.waxseal.core {
    requires com.github.benmanes.caffeine;
    requires com.google.crypto.tink;
    requires com.google.i18n.phonenumbers.libphonenumber;
    requires org.slf4j;
    requires static org.jspecify;
    requires tools.jackson.core;

    exports dev.waxseal;
    exports dev.waxseal.access;
    exports dev.waxseal.audit;
    exports dev.waxseal.error;
    exports dev.waxseal.key;
    exports dev.waxseal.minimize;
    exports dev.waxseal.policy;
    exports dev.waxseal.seal;
}
