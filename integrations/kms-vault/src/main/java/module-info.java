/** Root keys in the Transit engine of HashiCorp Vault or OpenBao. */
module dev.waxseal.integrations.vault {
    requires static org.jspecify;
    requires transitive dev.waxseal.core;
    requires transitive dev.waxseal.integrations.remote;
    requires transitive java.net.http;

    exports dev.waxseal.integrations.vault;
}
