package dev.waxseal.minimize;

import dev.waxseal.minimize.PreparedText.Word;
import java.util.Set;

/**
 * One-time codes, PINs and card verification values that the text calls so: four to eight digits (three for a card verification
 * value), or three and three with a dash or space between. "Code" alone says little (postal code, error code, discount code), so
 * it needs a word such as "verification" beside it, or exactly six digits right after it.
 */
final class OneTimeCodeRecogniser implements Recogniser {
    private static final int REACH = 48;
    private static final int MOST_WORDS = 6;

    private static final Set<String> STRONG =
            Set.of("otp", "otps", "totp", "passcode", "ओटीपी", "2fa", "mtan", "smstan");
    private static final Set<String> EXACT =
            Set.of("pin", "pins", "tan", "geheimzahl", "पिन", "nip", "mpin", "pinnummer");
    private static final Set<String> VERIFICATION_VALUE = Set.of("cvv", "cvc", "cvn", "csc", "cvv2", "cvc2");
    private static final Set<String> WEAK =
            Cues.words("code codes codigo codigos codice kode कोड رمز الرمز رمزك كود الكود код");
    private static final Set<String> QUALIFIERS = Cues.words(
            "verification verify security confirmation confirm login signin authentication authenticator auth access onetime sms"
                    + " whatsapp google facebook instagram telegram secret temporary"
                    + " verificacion seguridad acceso confirmacion unico verificacao seguranca acesso confirmacao"
                    + " bestatigungscode sicherheitscode zugangscode einmalcode verifizierungscode bestatigung"
                    + " verifica sicurezza accesso conferma securite verifikasi keamanan konfirmasi rahasia"
                    + " वेरिफिकेशन सत्यापन التحقق تحقق التأكيد الدخول");
    private static final Set<String> JOINED = Set.of(
            "bestatigungscode", "sicherheitscode", "zugangscode", "einmalcode", "verifizierungscode", "freischaltcode");
    private static final Set<String> AGAINST = Cues.words(
            "postal zip post postcode error discount promo promotion promotional coupon voucher area country dialing product order"
                    + " tracking booking reservation invoice item bar qr source dress store branch sort swift bank color colour"
                    + " status reference ref ticket case building model gift invite referral"
                    + " descuento pedido producto promocional area pais reserva desconto produto cupom rastreio"
                    + " gutscheincode rabattcode fehlercode postleitzahl sconto promozionale prodotto ordine erreur reduction promo"
                    + " commande produit pos diskon pesanan produk أخطاء الخصم خصم البريدي الطلب पिनकोड");
    private static final Set<String> FILLERS = Cues.words(
            "is was the your my this here number no it s that for from to sent received got as es e era mi tu su el la seu meu o a"
                    + " minha sua ist dein mein ihr der die das lautet war est votre mon le il tuo mio adalah anda kamu saya"
                    + " है हैं मेरा आपका هو هي and");

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            if (!text.isDigit(i)) {
                i++;
                continue;
            }
            int end = codeEnd(text, i);
            if (end > 0) {
                double confidence = Math.max(named(text, i, end), called(text, i, end));
                if (confidence > 0) {
                    findings.add(StandardType.ONE_TIME_CODE.name(), i, end, confidence);
                    i = end;
                    continue;
                }
            }
            while (text.isDigit(i)) {
                i++;
            }
        }
    }

    private static int codeEnd(PreparedText text, int start) {
        char before = text.charAt(start - 1);
        boolean google = before == '-' && (text.charAt(start - 2) | 0x20) == 'g' && !text.isAsciiLetter(start - 3);
        boolean joined = "-./_#+,".indexOf(before) >= 0
                && before != '\0'
                && (before == '#' || before == '+' || text.isDigit(start - 2) || text.isAsciiLetter(start - 2));
        if ((joined && !google)
                || text.isAsciiLetter(start - 1)
                || isCurrency(before)
                || (before == ' ' && isCurrency(text.charAt(start - 2)))) {
            return 0;
        }
        int end = start;
        while (text.isDigit(end) && end - start <= 9) {
            end++;
        }
        char after = text.charAt(end);
        if (end - start == 3 && (after == '-' || after == ' ') && digits(text, end + 1) == 3) {
            end += 4;
            after = text.charAt(end);
        }
        int count = end - start;
        boolean goesOn = text.isDigit(end)
                || text.isAsciiLetter(end)
                || after == '%'
                || after == '_'
                || isCurrency(after)
                || (after != '\0'
                        && "-./,:".indexOf(after) >= 0
                        && (text.isDigit(end + 1) || (after == '-' && text.isAsciiLetter(end + 1))));
        return goesOn || count < 3 || count > 8 ? 0 : end;
    }

    private static int digits(PreparedText text, int from) {
        int i = from;
        while (text.isDigit(i) && i - from < 9) {
            i++;
        }
        return i - from;
    }

    private static boolean isCurrency(char c) {
        return Character.getType(c) == Character.CURRENCY_SYMBOL;
    }

    /** A name before it: "your code is 123456". */
    private static double named(PreparedText text, int start, int end) {
        int count = count(text, start, end);
        boolean fillers = true;
        boolean qualified = false;
        double found = 0;
        int after = 0;
        int words = 0;
        int left = REACH;
        for (Word word = text.wordBefore(start, left);
                word.exists() && words < MOST_WORDS;
                word = text.wordBefore(word.start(), left)) {
            String name = word.text();
            words++;
            left = REACH - (start - word.start());
            if (AGAINST.contains(name)) {
                return 0;
            }
            if (found > 0) {
                if (++after > 2) {
                    break;
                }
                if (found < 0.8 && after == 1 && EXACT.contains(name)) {
                    // In India, a PIN code of six digits is a postal code.
                    return count == 6 ? 0 : 0.85;
                }
                if (found < 0.8 && QUALIFIERS.contains(name)) {
                    found = 0.9;
                }
                continue;
            }
            if (STRONG.contains(name) && count >= 4) {
                found = 0.9;
            } else if (EXACT.contains(name) && fillers && count >= 4) {
                found = 0.85;
            } else if (VERIFICATION_VALUE.contains(name) && fillers && count <= 4) {
                found = 0.9;
            } else if (JOINED.contains(name) && count >= 4) {
                found = 0.9;
            } else if (WEAK.contains(name) && count >= 4) {
                if (text.charAt(word.start() - 1) == '-' && text.isWordPart(word.start() - 2) && !qualified) {
                    continue;
                }
                found = qualified ? 0.9 : fillers && count == 6 ? 0.7 : 0.1;
            } else if (QUALIFIERS.contains(name)) {
                qualified = true;
            } else if (!FILLERS.contains(name)) {
                fillers = false;
            }
        }
        return found > 0.1 && !isYearOrDate(text, start, end, found) ? found : 0;
    }

    private static boolean isYearOrDate(PreparedText text, int start, int end, double found) {
        return found < 0.85 && end - start == 4 && (text.charAt(start) == '1' || text.charAt(start) == '2');
    }

    /** A name after it: "123456 is your code". */
    private static double called(PreparedText text, int start, int end) {
        int count = count(text, start, end);
        if (count < 4) {
            return 0;
        }
        boolean qualified = false;
        boolean weak = false;
        boolean verb = false;
        int words = 0;
        int left = REACH;
        for (Word word = text.wordAfter(end, left);
                word.exists() && words < MOST_WORDS + 2;
                word = text.wordAfter(word.end(), left)) {
            String name = word.text();
            words++;
            left = REACH - (word.end() - end);
            if (words == 1) {
                verb = FILLERS.contains(name);
                if (!verb) {
                    return 0;
                }
                continue;
            }
            if (AGAINST.contains(name)) {
                return 0;
            }
            if (STRONG.contains(name) || JOINED.contains(name)) {
                return 0.9;
            }
            weak |= WEAK.contains(name);
            qualified |= QUALIFIERS.contains(name);
            if (weak && (qualified || (count == 6 && words <= 4))) {
                return 0.85;
            }
        }
        return 0;
    }

    private static int count(PreparedText text, int start, int end) {
        int count = 0;
        for (int i = start; i < end; i++) {
            count += text.isDigit(i) ? 1 : 0;
        }
        return count;
    }
}
