package dev.waxseal.minimize;

import dev.waxseal.minimize.Cues.Sign;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * International bank account numbers: country, check digits, and as many letters and digits as the SWIFT IBAN Registry has for
 * the country, in one run or with one space or dash between groups; remainder 1 modulo 97 (ISO 13616, ISO 7064). A wrong
 * remainder is a typing error if the words around speak of an IBAN.
 */
final class IbanRecogniser implements Recogniser {
    private static final Map<String, Integer> LENGTHS =
            lengths("AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21"
                    + " CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28"
                    + " HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19"
                    + " MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19"
                    + " SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30");

    private static Map<String, Integer> lengths(String registry) {
        Map<String, Integer> lengths = new HashMap<>();
        for (String country : registry.split(" ")) {
            lengths.put(country.substring(0, 2), Integer.valueOf(country.substring(2)));
        }
        return Map.copyOf(lengths);
    }

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i + 15 <= text.length()) {
            int end = isAlphanumeric(text, i - 1) ? 0 : find(text, i, findings);
            i = end > 0 ? end : i + 1;
        }
    }

    private static int find(PreparedText text, int start, Findings findings) {
        if (!text.isAsciiLetter(start)
                || !text.isAsciiLetter(start + 1)
                || !text.isDigit(start + 2)
                || !text.isDigit(start + 3)) {
            return 0;
        }
        Integer length = LENGTHS.get(text.substring(start, start + 2).toUpperCase(Locale.ROOT));
        if (length == null) {
            return 0;
        }
        char[] account = new char[length];
        int count = 0;
        int i = start;
        while (count < length) {
            if (isAlphanumeric(text, i)) {
                account[count++] = text.charAt(i);
                i++;
            } else if ((text.charAt(i) == ' ' || text.charAt(i) == '-') && count >= 4 && isAlphanumeric(text, i + 1)) {
                i++;
            } else {
                return 0;
            }
        }
        if (isAlphanumeric(text, i)) {
            return 0;
        }
        double confidence = remainder(account) == 1 ? 0.98 : Cues.IBAN.near(text, start, i) == Sign.FOR ? 0.7 : 0;
        if (confidence == 0 || !hasDigits(account)) {
            return 0;
        }
        findings.add(StandardType.IBAN.name(), start, i, confidence);
        return i;
    }

    private static boolean isAlphanumeric(PreparedText text, int index) {
        return text.isDigit(index) || text.isAsciiLetter(index);
    }

    /** No country's account numbers are mostly letters; words are. */
    private static boolean hasDigits(char[] account) {
        int digits = 0;
        for (char c : account) {
            digits += c >= '0' && c <= '9' ? 1 : 0;
        }
        return digits * 3 >= account.length;
    }

    private static int remainder(char[] account) {
        int remainder = 0;
        for (int i = 0; i < account.length; i++) {
            char c = account[(i + 4) % account.length];
            int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
        }
        return remainder;
    }
}
