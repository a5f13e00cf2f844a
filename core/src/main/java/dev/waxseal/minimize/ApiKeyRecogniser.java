package dev.waxseal.minimize;

import java.util.List;

/**
 * API keys and access tokens, by the prefixes that their issuers publish so that they can be found, and JSON Web Tokens (RFC
 * 7519) by their first characters.
 */
final class ApiKeyRecogniser implements Recogniser {
    /** How an issuer's keys start, and how long they are at least, with the prefix. */
    private record Issued(String prefix, int least) {}

    private static final int LONGEST = 4_096;

    private static final List<Issued> ISSUED = List.of(
            new Issued("sk_live_", 20), // Stripe
            new Issued("sk_test_", 20),
            new Issued("rk_live_", 20),
            new Issued("rk_test_", 20),
            new Issued("whsec_", 20),
            new Issued("sk-", 24), // OpenAI, Anthropic
            new Issued("AKIA", 20), // Amazon Web Services
            new Issued("ASIA", 20),
            new Issued("ghp_", 24), // GitHub
            new Issued("gho_", 24),
            new Issued("ghu_", 24),
            new Issued("ghs_", 24),
            new Issued("ghr_", 24),
            new Issued("github_pat_", 30),
            new Issued("glpat-", 20), // GitLab
            new Issued("xoxa-", 20), // Slack
            new Issued("xoxb-", 20),
            new Issued("xoxe-", 20),
            new Issued("xoxp-", 20),
            new Issued("xoxr-", 20),
            new Issued("xoxs-", 20),
            new Issued("xapp-", 20),
            new Issued("AIza", 35), // Google
            new Issued("ya29.", 30),
            new Issued("GOCSPX-", 24),
            new Issued("EAA", 40), // Meta
            new Issued("SG.", 40), // SendGrid
            new Issued("npm_", 30),
            new Issued("pypi-", 40),
            new Issued("hf_", 30), // Hugging Face
            new Issued("dop_v1_", 40), // DigitalOcean
            new Issued("shpat_", 30), // Shopify
            new Issued("shpss_", 30),
            new Issued("sq0atp-", 24), // Square
            new Issued("sq0csp-", 24));

    @Override
    public void recognise(PreparedText text, Findings findings) {
        int i = 0;
        while (i < text.length()) {
            if (!isKeyPart(text, i)) {
                i++;
                continue;
            }
            int end = i;
            while (isKeyPart(text, end) || (text.charAt(end) == '.' && isKeyPart(text, end + 1))) {
                end++;
            }
            find(text, i, end, findings);
            i = end;
        }
    }

    private static void find(PreparedText text, int start, int end, Findings findings) {
        if (end - start < 20 || end - start > LONGEST) {
            return;
        }
        if (isWebToken(text, start, end)) {
            findings.add(StandardType.API_KEY.name(), start, end, 0.97);
            return;
        }
        for (Issued issued : ISSUED) {
            if (startsWith(text, start, issued.prefix())) {
                int keyEnd = end;
                boolean dotted = issued.prefix().endsWith(".");
                for (int i = start; i < end && !dotted; i++) {
                    if (text.charAt(i) == '.') {
                        keyEnd = i;
                        break;
                    }
                }
                if (keyEnd - start >= issued.least()
                        && isRandom(text, start + issued.prefix().length(), keyEnd)) {
                    findings.add(StandardType.API_KEY.name(), start, keyEnd, 0.95);
                }
                return;
            }
        }
    }

    private static boolean isWebToken(PreparedText text, int start, int end) {
        if (!startsWith(text, start, "eyJ")) {
            return false;
        }
        int dots = 0;
        for (int i = start; i < end; i++) {
            dots += text.charAt(i) == '.' ? 1 : 0;
        }
        return dots == 2 || dots == 4;
    }

    /** Keys have digits; words joined by underscores don't. */
    private static boolean isRandom(PreparedText text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.isDigit(i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKeyPart(PreparedText text, int index) {
        char c = text.charAt(index);
        return text.isAsciiLetter(index) || text.isDigit(index) || c == '_' || c == '-';
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
