package dev.waxseal.key;
final class LocalRootKeys { static RootKeys open(java.nio.file.Path p, KeyFileProtection k) { throw new IllegalStateException(); } }
