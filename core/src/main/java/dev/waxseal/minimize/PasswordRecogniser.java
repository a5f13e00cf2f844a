package dev.waxseal.minimize;

import dev.waxseal.minimize.PreparedText.Word;
import java.util.Set;

/**
 * Passwords that the text calls so: {@code password: hunter2}, {@code mi contraseña es Gato99}. After a colon or an equals sign
 * almost anything is one; after a mere "is" only what doesn't look like a word, since "my password is wrong" tells none.
 */
final class PasswordRecogniser implements Recogniser {
    private static final int LEAST = 4;
    private static final int MOST = 256;
    private static final Set<String> NAMES = Cues.words(
            "password passwords passwd passwort pwd passcode passphrase kennwort contrasena contrasenya clave senha sandi mdp passe"
                    + " पासवर्ड المرور السر пароль parola pass");
    private static final Set<String> VERBS =
            Set.of("is", "was", "es", "e", "ist", "lautet", "est", "adalah", "है", "هي", "هو", "era", "war");
    private static final Set<String> NOT_NAMES = Set.of("palabra", "palabras", "parole", "boarding", "reset", "forgot");

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            if (!text.isWordPart(i)) {
                i++;
                continue;
            }
            Word word = text.wordAfter(i, 1);
            i = word.end();
            boolean wholeWord = !text.isWordPart(i) && !text.isWordPart(word.start() - 1);
            if (wholeWord
                    && isName(word.text())
                    && !NOT_NAMES.contains(text.wordBefore(word.start(), 3).text())) {
                find(text, i, findings);
            }
        }
    }

    private static boolean isName(String word) {
        return NAMES.contains(word) || word.endsWith("passwort") || word.contains("密码") || word.contains("パスワード");
    }

    private static void find(PreparedText text, int from, Findings findings) {
        int i = afterSpaces(text, from);
        boolean told = false;
        boolean said = false;
        int colon = colonAfterWords(text, i);
        boolean near = colon == 0;
        i = near ? i : colon;
        for (int step = 0; step < 3; step++) {
            char c = text.charAt(i);
            if (c == ':' || c == '=') {
                told = true;
                i = afterSpaces(text, i + 1);
                if (text.charAt(i) == '>') {
                    i = afterSpaces(text, i + 1);
                }
            } else if (text.isWordPart(i) && !told) {
                Word word = text.wordAfter(i, 1);
                if (!VERBS.contains(word.text()) || text.isDigit(word.end())) {
                    break;
                }
                said = true;
                i = afterSpaces(text, word.end());
            } else {
                break;
            }
        }
        if (told && text.charAt(i) == '\n') {
            i = afterSpaces(text, i + 1);
        }
        boolean quoted = isQuote(text.charAt(i));
        if (quoted) {
            i++;
        }
        int end = secretEnd(text, i, quoted);
        int length = end - i;
        if (length < LEAST || length > MOST || isUrl(text, i, end) || i == from) {
            return;
        }
        boolean secret = looksSecret(text, i, end);
        boolean last = isLineEnd(text, end);
        double confidence = told
                ? (secret ? 0.88 : last ? 0.7 : 0)
                : said ? (secret ? 0.86 : quoted ? 0.7 : 0) : secret && hasBoth(text, i, end) ? 0.6 : 0;
        if (confidence > 0) {
            findings.add(StandardType.PASSWORD.name(), i, end, confidence);
        }
    }

    /** Where a colon stands after one or two more words ("password for wifi:"); 0 if none does. */
    private static int colonAfterWords(PreparedText text, int from) {
        int i = from;
        for (int words = 0; words < 2; words++) {
            int end = i;
            while (text.isWordPart(end) && end - i < 20) {
                end++;
            }
            if (end == i) {
                return 0;
            }
            char c = text.charAt(end);
            if (c == ':' || c == '=') {
                return end;
            }
            i = afterSpaces(text, end);
            if (i == end) {
                return 0;
            }
        }
        return 0;
    }

    private static int afterSpaces(PreparedText text, int from) {
        int i = from;
        while (text.charAt(i) == ' ') {
            i++;
        }
        return i - from > 8 ? from : i;
    }

    private static boolean isQuote(char c) {
        return c != '\0' && "\"'`\u201C\u201D\u201E\u2018\u2019\u00AB*_".indexOf(c) >= 0;
    }

    private static int secretEnd(PreparedText text, int start, boolean quoted) {
        int end = start;
        while (end - start <= MOST && isSecretPart(text.charAt(end))) {
            end++;
        }
        if (end - start > MOST) {
            return end;
        }
        while (end > start) {
            char c = text.charAt(end - 1);
            boolean trailing = ".,;:)".indexOf(c) >= 0 || (quoted && (isQuote(c) || c == '\u00BB'));
            if (!trailing) {
                break;
            }
            end--;
        }
        return end;
    }

    private static boolean isSecretPart(char c) {
        return c > ' ' && c != PreparedText.REDACTED;
    }

    private static boolean isLineEnd(PreparedText text, int end) {
        int i = end;
        while (text.charAt(i) == ' ' || isQuote(text.charAt(i)) || text.charAt(i) == '.') {
            if (++i - end > 8) {
                return false;
            }
        }
        return i >= text.length() || text.charAt(i) == '\n';
    }

    private static boolean isUrl(PreparedText text, int start, int end) {
        for (int i = start; i + 2 < end; i++) {
            if (text.charAt(i) == ':' && text.charAt(i + 1) == '/' && text.charAt(i + 2) == '/') {
                return true;
            }
        }
        return false;
    }

    private static boolean hasBoth(PreparedText text, int start, int end) {
        boolean letter = false;
        boolean digit = false;
        for (int i = start; i < end; i++) {
            letter |= text.isWordPart(i);
            digit |= text.isDigit(i);
        }
        return letter && digit && end - start >= 6;
    }

    /** A digit, a sign within, or a capital after a small letter. */
    private static boolean looksSecret(PreparedText text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            boolean word = text.isWordPart(i) || c == '\'' || c == '\u2019' || c == '-' || c == '/';
            boolean finalMark = i == end - 1 && (c == '!' || c == '?' || c == '\u0964' || c == '\u061F');
            boolean innerCapital = i > start && Character.isUpperCase(c) && Character.isLowerCase(text.charAt(i - 1));
            if ((!word && !finalMark && "([{,".indexOf(c) < 0) || innerCapital) {
                return true;
            }
        }
        return false;
    }
}
