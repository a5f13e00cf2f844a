package dev.waxseal.minimize;

import java.util.Locale;
import java.util.Set;

/**
 * Secrets in URLs: {@code user:password} before the host (RFC 3986 section 3.2.1), and parameters whose name says that they are
 * secret. The rest of the URL stays.
 */
final class UrlCredentialsRecogniser implements Recogniser {
    private static final int LONGEST = 512;
    private static final int LEAST_SECRET = 6;
    private static final Set<String> SECRET_NAMES = Set.of(
            "token",
            "access_token",
            "refresh_token",
            "id_token",
            "auth",
            "apikey",
            "api_key",
            "key",
            "secret",
            "client_secret",
            "password",
            "passwd",
            "pwd",
            "sig",
            "signature",
            "session",
            "sessionid",
            "sid",
            "code",
            "otp",
            "x-amz-signature");

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int next = i + 1;
            if (c == ':' && text.charAt(i + 1) == '/' && text.charAt(i + 2) == '/' && text.isAsciiLetter(i - 1)) {
                userInformation(text, i + 3, findings);
            } else if (c == '?' || c == '&' || c == '#') {
                next = Math.max(next, parameter(text, i + 1, findings));
            }
            i = next;
        }
    }

    private static void userInformation(PreparedText text, int start, Findings findings) {
        int colon = 0;
        int limit = Math.min(text.length(), start + LONGEST);
        for (int i = start; i < limit; i++) {
            char c = text.charAt(i);
            if (c == '@') {
                if (colon > 0 && i > colon + 1) {
                    findings.add(StandardType.URL_CREDENTIALS.name(), start, i, 0.99);
                }
                return;
            }
            if (c == ':' && colon == 0) {
                colon = i;
            } else if (!isUrl(c) || c == '/' || c == '?' || c == '#') {
                return;
            }
        }
    }

    /** Reports the value of a parameter that starts here, if it is secret, and gives its end; 0 if there is none. */
    private static int parameter(PreparedText text, int start, Findings findings) {
        int equals = start;
        while (equals - start < 20
                && (text.isAsciiLetter(equals) || text.charAt(equals) == '_' || text.charAt(equals) == '-')) {
            equals++;
        }
        if (text.charAt(equals) != '='
                || equals == start
                || !SECRET_NAMES.contains(text.substring(start, equals).toLowerCase(Locale.ROOT))) {
            return 0;
        }
        int end = equals + 1;
        while (isUrl(text.charAt(end)) && text.charAt(end) != '#' && text.charAt(end) != '&') {
            end++;
        }
        while (end > equals && ".,;:!?)'".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        if (end - equals - 1 >= LEAST_SECRET) {
            findings.add(StandardType.URL_CREDENTIALS.name(), equals + 1, end, 0.85);
        }
        return end;
    }

    private static boolean isUrl(char c) {
        return c > 0x20 && c != '"' && c != '<' && c != '>' && c != '[' && c != ']' && c != 0x7F && c < 0x2000;
    }
}
