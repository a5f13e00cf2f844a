package dev.waxseal.key;
public final class KeyFileProtection { private KeyFileProtection() {} static KeyFileProtection passphrase(char[] c) { return new KeyFileProtection(); } }
