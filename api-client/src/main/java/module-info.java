/** The client for the WhatsApp Business Cloud API, and its webhooks. */
module dev.waxseal.cloudapi {
    requires com.google.crypto.tink;
    requires static org.jspecify;
    requires tools.jackson.core;
    requires transitive dev.waxseal.core;

    exports dev.waxseal.cloudapi;
    exports dev.waxseal.cloudapi.webhook;
}
