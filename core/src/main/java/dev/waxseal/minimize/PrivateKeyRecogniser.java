package dev.waxseal.minimize;

/**
 * Private keys in PEM (RFC 7468): from {@code -----BEGIN ... PRIVATE KEY-----} to the end line. A key that was cut off counts up
 * to where its text ends.
 */
final class PrivateKeyRecogniser implements Recogniser {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String KIND = "PRIVATE KEY";
    private static final int LONGEST_KIND = 40;

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            int body = text.charAt(i) == '-' ? lineEnd(text, i, BEGIN) : 0;
            if (body == 0) {
                i++;
                continue;
            }
            int end = body;
            while (isBody(text.charAt(end)) && !startsWith(text, end, "-----")) {
                end++;
            }
            int closed = lineEnd(text, end, END);
            if (closed > 0) {
                end = closed;
            }
            while (end > body && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\n')) {
                end--;
            }
            if (end > body) {
                findings.add(StandardType.PRIVATE_KEY.name(), i, end, 0.99);
            }
            i = end;
        }
    }

    /** Where a begin or end line of a private key ends that starts here; 0 if none does. */
    private static int lineEnd(PreparedText text, int start, String opening) {
        if (!startsWith(text, start, opening)) {
            return 0;
        }
        int kind = start + opening.length();
        int i = kind;
        while (i - kind < LONGEST_KIND && (text.isAsciiLetter(i) || text.isDigit(i) || text.charAt(i) == ' ')) {
            i++;
        }
        boolean closed = startsWith(text, i, "-----") && text.substring(kind, i).contains(KIND);
        return closed ? i + 5 : 0;
    }

    private static boolean isBody(char c) {
        return (c >= '0' && c <= '9')
                || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
                || (c != '\0' && "+/=\n :,-\\".indexOf(c) >= 0);
    }

    private static boolean startsWith(PreparedText text, int start, String what) {
        for (int i = 0; i < what.length(); i++) {
            if (text.charAt(start + i) != what.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
