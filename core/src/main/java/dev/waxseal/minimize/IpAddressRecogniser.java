package dev.waxseal.minimize;

import dev.waxseal.minimize.Cues.Sign;

/**
 * Addresses of the internet protocol: version 4 in dotted decimal (RFC 791), version 6 in the forms of RFC 4291 section 2.2.
 * Ports, prefix lengths and zones are left.
 */
final class IpAddressRecogniser implements Recogniser {
    private static final int LONGEST_VERSION_6 = 45;

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            if (isHexadecimal(text, i) || text.charAt(i) == ':') {
                int end = isJoinedBefore(text, i) ? 0 : find(text, i, findings);
                i = end > 0 ? end : i + 1;
            } else {
                i++;
            }
        }
    }

    private static int find(PreparedText text, int start, Findings findings) {
        int end = version4End(text, start);
        if (end > 0) {
            if (Cues.VERSION.near(text, start, end) == Sign.AGAINST) {
                return 0;
            }
            boolean dialled = Cues.PHONE.near(text, start, end) == Sign.FOR;
            findings.add(StandardType.IP_ADDRESS.name(), start, end, dialled ? 0.6 : 0.9);
            return end;
        }
        end = version6End(text, start);
        if (end > 0) {
            findings.add(StandardType.IP_ADDRESS.name(), start, end, 0.95);
        }
        return end;
    }

    private static int version4End(PreparedText text, int start) {
        int i = start;
        for (int octet = 0; octet < 4; octet++) {
            int value = 0;
            int digits = 0;
            while (text.isDigit(i) && digits < 4) {
                value = value * 10 + text.charAt(i) - '0';
                digits++;
                i++;
            }
            if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && text.charAt(i - digits) == '0')) {
                return 0;
            }
            if (octet < 3) {
                if (text.charAt(i) != '.') {
                    return 0;
                }
                i++;
            }
        }
        boolean goesOn = text.isDigit(i)
                || text.isAsciiLetter(i)
                || ((text.charAt(i) == '.' || text.charAt(i) == '-') && text.isDigit(i + 1));
        return goesOn ? 0 : i;
    }

    private static int version6End(PreparedText text, int start) {
        int groups = 0;
        int longGap = -1;
        boolean digit = false;
        int i = start;
        int limit = Math.min(text.length(), start + LONGEST_VERSION_6 + 1);
        if (text.charAt(i) == ':') {
            if (text.charAt(i + 1) != ':') {
                return 0;
            }
            longGap = 0;
            i += 2;
        }
        while (i < limit && groups < 8) {
            int from = i;
            while (i - from < 5 && isHexadecimal(text, i)) {
                digit |= text.isDigit(i);
                i++;
            }
            if (i == from) {
                break;
            }
            if (i - from > 4) {
                return 0;
            }
            if (text.charAt(i) == '.') {
                int embedded = groups >= 1 || longGap >= 0 ? version4End(text, from) : 0;
                if (embedded > 0) {
                    groups += 2;
                    i = embedded;
                    break;
                }
            }
            groups++;
            if (text.charAt(i) != ':') {
                break;
            }
            if (text.charAt(i + 1) == ':') {
                if (longGap >= 0) {
                    return 0;
                }
                longGap = groups;
                i += 2;
            } else if (isHexadecimal(text, i + 1) && groups < 8) {
                i++;
            } else {
                break;
            }
        }
        boolean whole = longGap >= 0 ? groups >= 1 && groups < 8 : groups == 8;
        boolean telling = longGap < 0 || digit || groups > 2;
        return whole && telling && !isJoinedAfter(text, i) && i - start <= LONGEST_VERSION_6 ? i : 0;
    }

    private static boolean isHexadecimal(PreparedText text, int index) {
        int c = text.charAt(index) | 0x20;
        return text.isDigit(index) || (c >= 'a' && c <= 'f');
    }

    /** Whether the characters before an index belong to it: letters, digits, the rest of a longer number or address. */
    private static boolean isJoinedBefore(PreparedText text, int start) {
        char before = text.charAt(start - 1);
        return isAlphanumeric(text, start - 1)
                || before == '_'
                || (before == '.' && text.isDigit(start - 2))
                || (before == ':' && (text.isDigit(start - 2) || text.charAt(start - 2) == ':'));
    }

    private static boolean isJoinedAfter(PreparedText text, int end) {
        char after = text.charAt(end);
        return isAlphanumeric(text, end)
                || after == '_'
                || (after == ':' && (isAlphanumeric(text, end + 1) || text.charAt(end + 1) == ':'))
                || (after == '.' && text.isDigit(end + 1));
    }

    private static boolean isAlphanumeric(PreparedText text, int index) {
        return text.isDigit(index) || text.isAsciiLetter(index);
    }
}
