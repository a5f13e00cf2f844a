package dev.waxseal.minimize;
public final class Redactor { private Redactor() {} public static Redactor standard() { return new Redactor(); } public record R(String text) {} public R redact(String s) { return new R(s); } }
