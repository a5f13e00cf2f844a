package dev.waxseal.minimize;

import java.util.Locale;
import java.util.Set;

/**
 * E-mail addresses: what stands around an {@code @}, as far as an address may reach (RFC 5321: 64 before it, 255 after it).
 * International addresses (RFC 6531) too; where a text has no spaces between words, an address ends where the script changes.
 */
final class EmailAddressRecogniser implements Recogniser {
    private static final int LONGEST_LOCAL = 64;
    private static final int LONGEST_DOMAIN = 255;
    private static final int LONGEST_TOP_LEVEL = 24;
    /** Names of pictures ("logo@2x.png") look like addresses. */
    private static final Set<String> FILES = Set.of("png", "jpg", "jpeg", "gif", "svg", "webp", "pdf", "css", "js");

    @Override
    public void recognise(PreparedText text, Findings findings) {
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) == '@') {
                int start = localStart(text, i);
                int end = start < i ? domainEnd(text, i + 1) : 0;
                if (end > 0) {
                    findings.add(StandardType.EMAIL_ADDRESS.name(), start, end, 0.9);
                }
            }
        }
    }

    private static int localStart(PreparedText text, int at) {
        boolean latin = !isOtherLetter(text, at - 1);
        int start = at;
        int limit = Math.max(0, at - LONGEST_LOCAL);
        while (start > limit && isLocalPart(text, start - 1, latin)) {
            start--;
        }
        while (start < at && "._-+%'&*/=?^{|}~!#$".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        return start;
    }

    private static boolean isLocalPart(PreparedText text, int index, boolean latin) {
        char c = text.charAt(index);
        return text.isDigit(index)
                || "._-+%'&".indexOf(c) >= 0
                || (c != '\0' && "*/=?^{|}~!#$".indexOf(c) >= 0)
                || isLetter(text, index, latin);
    }

    /** Where the domain ends that starts here; 0 if there is none. */
    private static int domainEnd(PreparedText text, int start) {
        boolean latin = !isOtherLetter(text, start);
        int limit = Math.min(text.length(), start + LONGEST_DOMAIN);
        int end = 0;
        int label = start;
        int labels = 0;
        while (label < limit) {
            int i = label;
            while (i < limit && (text.isDigit(i) || isLetter(text, i, latin) || (text.charAt(i) == '-' && i > label))) {
                i++;
            }
            int labelEnd = i;
            while (labelEnd > label && text.charAt(labelEnd - 1) == '-') {
                labelEnd--;
            }
            if (labelEnd == label) {
                break;
            }
            labels++;
            if (labels > 1 && isTopLevel(text, label, labelEnd)) {
                end = labelEnd;
            }
            if (labelEnd < i || text.charAt(i) != '.') {
                break;
            }
            label = i + 1;
        }
        return end;
    }

    private static boolean isTopLevel(PreparedText text, int start, int end) {
        if (end - start < 2 || end - start > LONGEST_TOP_LEVEL) {
            return false;
        }
        String name = text.substring(start, end).toLowerCase(Locale.ROOT);
        if (name.startsWith("xn--")) {
            return true;
        }
        for (int i = start; i < end; i++) {
            if (text.isDigit(i) || text.charAt(i) == '-') {
                return false;
            }
        }
        return !FILES.contains(name);
    }

    private static boolean isLetter(PreparedText text, int index, boolean latin) {
        return latin ? text.isLatinLetter(index) || isLatinMark(text.charAt(index)) : isOtherLetter(text, index);
    }

    private static boolean isLatinMark(char c) {
        return c >= 0x300 && c <= 0x36F;
    }

    private static boolean isOtherLetter(PreparedText text, int index) {
        return text.isWordPart(index) && !text.isLatinLetter(index) && !isLatinMark(text.charAt(index));
    }
}
