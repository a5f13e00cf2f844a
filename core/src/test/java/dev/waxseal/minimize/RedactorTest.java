package dev.waxseal.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private static final Redactor REDACTOR = Redactor.standard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            my card is 4111 1111 1111 1111 exp 12/27 | my card is [card] exp 12/27
            mi tarjeta 4111-1111-1111-1111, gracias | mi tarjeta [card], gracias
            amex 3782 822463 10005 | amex [card]
            4111111111111111 | [card]
            visa4111111111111111 | visa[card]
            卡号4111111111111111谢谢 | 卡号[card]谢谢
            card 4111 1111 1111 1112 | card [card]
            कार्ड ४१११ ११११ ११११ ११११ है | कार्ड [card] है
            بطاقتي ٤١١١١١١١١١١١١١١١ | بطاقتي [card]
            ４１１１１１１１１１１１１１１１ | [card]
            pay to DE89 3704 0044 0532 0130 00 please | pay to [iban] please
            iban: gb82west12345698765432. | iban: [iban].
            my iban DE89370400440532013001 | my iban [iban]
            write ana.perez+shop@mail.example.org, ok? | write [email], ok?
            我的邮箱是ana@example.org谢谢 | 我的邮箱是[email]谢谢
            muñoz@correo.example | [email]
            почта иван@почта.рф | почта [email]
            ana＠example．org | [email]
            call +49 1512 3456789 now | call [phone] now
            llámame al 612 34 56 78 porfa | llámame al [phone] porfa
            meu zap é (11) 98765-4321 | meu zap é [phone]
            Meine Handynummer: 0151/23456789 | Meine Handynummer: [phone]
            appelez-moi au 06 12 34 56 78 | appelez-moi au [phone]
            il mio cellulare 347 1234567 | il mio cellulare [phone]
            मेरा मोबाइल 98765 43210 है | मेरा मोबाइल [phone] है
            hubungi 0812-3456-7890 ya | hubungi [phone] ya
            رقم هاتفي ٠٥٠١٢٣٤٥٦٧ | رقم هاتفي [phone]
            (415) 555-0132 ext. 12 | [phone]
            tel:+14155550132 | tel:[phone]
            my ip is 192.168.12.7:8080 | my ip is [ip]:8080
            from 2001:db8::8a2e:370:7334. | from [ip].
            ssn 219-09-9999 | ssn [ssn]
            social security 219 09 9999 | social security [ssn]
            password: hunter2 | password: [password]
            my password is Tr0ub4dor&3. | my password is [password].
            mi contraseña es Gato99! | mi contraseña es [password]
            minha senha é flor2024 | minha senha é [password]
            Passwort: Sommer#22 | Passwort: [password]
            mon mot de passe est Chat9noir | mon mot de passe est [password]
            la mia password è Gatto77 | la mia password è [password]
            मेरा पासवर्ड है Ram@1234 | मेरा पासवर्ड है [password]
            kata sandi saya: rahasia1 | kata sandi saya: [password]
            كلمة المرور: Sirr2024 | كلمة المرور: [password]
            your verification code is 482913 | your verification code is [code]
            123-456 is your WhatsApp code | [code] is your WhatsApp code
            G-482913 is your Google verification code | G-[code] is your Google verification code
            tu código de verificación es 482913 | tu código de verificación es [code]
            seu código de segurança: 4829 | seu código de segurança: [code]
            Ihr Bestätigungscode lautet 482913 | Ihr Bestätigungscode lautet [code]
            votre code de sécurité est 482913 | votre code de sécurité est [code]
            il tuo codice è 482913 | il tuo codice è [code]
            482913 आपका ओटीपी है | [code] आपका ओटीपी है
            kode OTP: 482913 | kode OTP: [code]
            رمز التحقق هو ٤٨٢٩١٣ | رمز التحقق هو [code]
            my PIN is 4711 | my PIN is [code]
            cvv 123 | cvv [code]
            key AKIAIOSFODNN7EXAMPLE | key [api-key]
            https://ana:geheim@db.example.org/x | https://[url-credentials]@db.example.org/x
            see https://x.example/a?b=1&token=abcdef123456 ok | see https://x.example/a?b=1&token=[url-credentials] ok
            """)
    void secretsAreReplacedByTheirLabel(String text, String redacted) {
        assertThat(REDACTOR.redact(text).text()).isEqualTo(redacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "my password is not working",
                "I forgot my password, please reset it",
                "password: required field",
                "Your order 4029357733 ships on 2026-03-14 at 10:30",
                "invoice INV-2026-004711 of 12.03.2026 is 1.234.567,89 EUR",
                "it costs $1,299.00 or 1 299 kr, 15% off",
                "tracking number 1Z999AA10123456784",
                "parcel 00340434161094042557 was sent",
                "the zip code is 94105 and the postal code 28013",
                "use code SUMMER20 for 20% off, error code 40412",
                "version 1.2.3.4 is out",
                "open from 09:00 to 17:30 on 24/12/2026",
                "I'd like 2 of item 4711 and 3 of 0815",
                "I called you 3 times about order 20260314",
                "std::vector<int> a::b",
                "look at logo@2x.png",
                "see https://example.org/p/12345?page=2",
                "size 42 in 10-12 days, 3 x 4 m",
                "PIN code 560001, Bengaluru"
            })
    void ordinaryTextStaysAsItIs(String text) {
        Redaction redaction = REDACTOR.redact(text);

        assertThat(redaction.text()).isEqualTo(text);
        assertThat(redaction.changed()).isFalse();
    }

    @Test
    void invisibleCharactersWithinANumberDontHideIt() {
        Redaction redaction = REDACTOR.redact("card \u202A4111\u200B1111\u20601111\uFEFF1111\u202C!");

        assertThat(redaction.text()).isEqualTo("card \u202A[card]\u202C!");
    }

    @Test
    void aPrivateKeyIsReplacedWhole() {
        String key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA==\nabc+/=\n-----END EC PRIVATE KEY-----";

        assertThat(REDACTOR.redact("key:\n" + key + "\nthanks").text()).isEqualTo("key:\n[private-key]\nthanks");
    }

    @Test
    void aPrivateKeyThatWasCutOffIsReplacedToo() {
        assertThat(REDACTOR.redact("-----BEGIN PRIVATE KEY-----\nMHcCAQEEIA").text())
                .isEqualTo("[private-key]");
    }

    @Test
    void aWebTokenIsReplaced() {
        String token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl";

        assertThat(REDACTOR.redact("Bearer " + token).text()).isEqualTo("Bearer [api-key]");
    }

    @Test
    void spansAreOfTheOriginalText() {
        String text = "\uD83D\uDE00 \u200Bcard ４１１１１１１１１１１１１１１１ and ana@example.org";
        List<Span> spans = REDACTOR.redact(text).spans();

        assertThat(spans)
                .extracting(span -> text.substring(span.start(), span.end()))
                .containsExactly("４１１１１１１１１１１１１１１１", "ana@example.org");
        assertThat(spans).extracting(Span::type).containsExactly("PAYMENT_CARD", "EMAIL_ADDRESS");
    }

    @Test
    void mathematicalDigitsOutsideTheBasicPlaneAreDigits() {
        StringBuilder number = new StringBuilder();
        "4111111111111111".chars().forEach(c -> number.appendCodePoint(0x1D7CE + c - '0'));

        assertThat(REDACTOR.redact("x " + number + " y").text()).isEqualTo("x [card] y");
    }

    @Test
    void neitherRedactionNorSpanTellsTheText() {
        Redaction redaction = REDACTOR.redact("I am Ana, ana@example.org");

        assertThat(redaction.toString()).doesNotContain("Ana").doesNotContain("example");
        assertThat(redaction.spans().get(0).toString()).doesNotContain("ana");
    }

    @Test
    void aTextThatIsTooLongIsRefusedWithoutBeingTold() {
        Redactor small = Redactor.builder().maximumLength(10).build();

        assertThatThrownBy(() -> small.redact("ana@example.org"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("15")
                .hasMessageContaining("10")
                .hasMessageNotContaining("ana");
    }

    @Test
    void hostsAddTheirOwnRecogniserAndLabel() {
        Recogniser membership = (text, findings) -> {
            for (int i = 0; i + 5 <= text.length(); i++) {
                if (text.charAt(i) == 'M' && text.charAt(i + 1) == '-' && text.isDigit(i + 2) && text.isDigit(i + 3)) {
                    findings.add("MEMBERSHIP", i, i + 4, 0.9);
                }
            }
        };
        Redactor unnamed = Redactor.builder().add(membership).build();
        Redactor named =
                Redactor.builder().add(membership).label("MEMBERSHIP", "member").build();

        assertThat(unnamed.redact("I am M-42.").text()).isEqualTo("I am [redacted].");
        assertThat(named.redact("I am M-42.").text()).isEqualTo("I am [member].");
    }

    @Test
    void aTypeCanBeLeftInTheText() {
        Redactor redactor =
                Redactor.builder().without(StandardType.PHONE_NUMBER).build();

        assertThat(redactor.redact("call +4915123456789 or ana@example.org").text())
                .isEqualTo("call +4915123456789 or [email]");
    }

    @Test
    void ofTwoOverlappingFindingsTheSurerWins() {
        Redactor redactor = Redactor.builder()
                .add((text, findings) -> findings.add("LONG", 0, text.length(), 0.55))
                .add((text, findings) -> findings.add("SURE", 0, 2, 0.8))
                .minimumConfidence(0.6)
                .label("SURE", "sure")
                .build();

        assertThat(redactor.redact("abcd").text()).startsWith("[sure]");
    }

    @Test
    void labelsThatCouldBeMistakenAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Redactor.builder().label("X", "a]b"))
                .withMessageContaining("a]b");
    }

    @Test
    void aFindingOutsideTheTextIsRefused() {
        Redactor redactor = Redactor.builder()
                .add((text, findings) -> findings.add("X", 0, text.length() + 1, 0.9))
                .build();

        assertThatIllegalArgumentException().isThrownBy(() -> redactor.redact("abc"));
    }
}
