/** Root keys in a hardware security module, through the JDK's PKCS#11 provider. */
@SuppressWarnings("module") // The digits are the standard's name.
module dev.waxseal.integrations.pkcs11 {
    requires jdk.crypto.cryptoki;
    requires static org.jspecify;
    requires transitive dev.waxseal.core;

    exports dev.waxseal.integrations.pkcs11;
}
