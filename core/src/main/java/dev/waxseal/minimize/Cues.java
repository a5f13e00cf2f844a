package dev.waxseal.minimize;

import dev.waxseal.minimize.PreparedText.Word;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Words that speak for or against a reading of a number. The nearest one decides. Words are in lower case, without Latin
 * accents; stems are looked for within words, for the languages that join them.
 */
final class Cues {
    private static final int REACH_BEFORE = 64;
    private static final int REACH_AFTER = 20;
    /** A word after the number must be this much nearer than one before it: most texts name a thing first. */
    private static final int AFTER_IS_FARTHER = 3;

    /** What the nearest cue says. */
    enum Sign {
        FOR,
        NONE,
        AGAINST
    }

    /** Numbers that businesses give out, and that nobody is harmed by: orders, parcels, invoices, amounts. */
    private static final Set<String> ORDINARY = words(
            "order orders tracking track parcel package shipment shipping invoice ticket case reference ref booking"
                    + " reservation sku item product model serial imei barcode ean upc isbn quantity amount total price"
                    + " balance version release build po rma awb waybill consignment voucher coupon"
                    + " pedido pedidos rastreo rastreio seguimiento guia factura fatura boleto nota referencia reserva"
                    + " articulo producto produto modelo importe envio compra total precio preco"
                    + " bestellung bestellnummer sendung sendungsnummer sendungsverfolgung rechnung rechnungsnummer"
                    + " vorgang vorgangsnummer artikel artikelnummer auftrag auftragsnummer paket betrag kundennummer"
                    + " commande colis suivi facture dossier article montant livraison"
                    + " ordine spedizione fattura pratica articolo importo pacco"
                    + " pesanan resi faktur tagihan invois paket"
                    + " ऑर्डर आर्डर ट्रैकिंग बिल"
                    + " طلب الطلب شحنة الشحنة فاتورة الفاتورة تتبع");

    static final Cues CARD = new Cues(
            words(
                    "card cards cc visa mastercard amex maestro discover creditcard debit pan tarjeta tarjetas cartao carta carte cb"
                            + " karte kartu bancomat cvv cvc कार्ड بطاقة البطاقة"),
            List.of("kreditkart", "bankkart", "debitcard", "mastercard", "كارت", "بطاق", "信用卡", "银行卡", "卡号", "カード"),
            ORDINARY);

    static final Cues PHONE = new Cues(
            words(
                    "phone phones telephone tel telefon mobile cell cellphone fax whatsapp call called calling callback dial ring reach"
                            + " reached answering landline hotline voicemail sms contact handset office"
                            + " telefono telefonos movil celular llamar llama llame llamame llamar llamada llamarme contacto fijo"
                            + " telefone telemovel celular ligar ligue liga ligacao contato contacto zap fone"
                            + " handy mobil anrufen anruf rufnummer erreichen erreichbar durchwahl festnetz ruf"
                            + " telephone portable appeler appelez appelle joindre joignable fixe"
                            + " cellulare chiamare chiamami chiamate recapito"
                            + " telepon telp hp hubungi ponsel wa"
                            + " फोन मोबाइल कॉल व्हाट्सएप"
                            + " هاتف الهاتف هاتفي جوال جوالي الجوال موبايل اتصل تلفون واتساب"),
            List.of("telefon", "handynummer", "mobilnummer", "rufnummer", "phone", "电话", "手机", "電話"),
            ORDINARY);

    static final Cues SOCIAL_SECURITY = new Cues(
            Set.of("ssn", "ssns", "social", "security", "itin", "seguro"), List.of("socialsecurity"), ORDINARY);

    static final Cues IBAN = new Cues(Set.of("iban", "bban", "آيبان", "الايبان", "ايبان"), List.of("iban"), Set.of());

    static final Cues VERSION = new Cues(
            Set.of(),
            List.of(),
            words("version versions v ver release build firmware section chapter clause versao versione"));

    private final Set<String> words;
    private final List<String> stems;
    private final Set<String> against;

    /** A list of words, separated by spaces, in the spelling that {@link Word} has. One word may be of several languages. */
    static Set<String> words(String list) {
        return Arrays.stream(list.split(" ")).map(PreparedText::spelt).collect(Collectors.toUnmodifiableSet());
    }

    private Cues(Set<String> words, List<String> stems, Set<String> against) {
        this.words = words;
        this.stems = stems;
        this.against = against;
    }

    /** What the cue nearest to a place says. */
    Sign near(PreparedText text, int start, int end) {
        Sign sign = Sign.NONE;
        int distance = Integer.MAX_VALUE;
        int left = REACH_BEFORE;
        for (Word word = text.wordBefore(start, left); word.exists(); word = text.wordBefore(word.start(), left)) {
            Sign says = says(word.text());
            if (says != Sign.NONE) {
                sign = says;
                distance = start - word.end();
                break;
            }
            left = REACH_BEFORE - (start - word.start());
        }
        left = REACH_AFTER;
        for (Word word = text.wordAfter(end, left); word.exists(); word = text.wordAfter(word.end(), left)) {
            if (lineEnds(text, end, word.start()) || word.start() - end + AFTER_IS_FARTHER >= distance) {
                break;
            }
            Sign says = says(word.text());
            if (says != Sign.NONE) {
                return says;
            }
            left = REACH_AFTER - (word.end() - end);
        }
        return sign;
    }

    Sign says(String word) {
        if (words.contains(word)) {
            return Sign.FOR;
        }
        if (against.contains(word)) {
            return Sign.AGAINST;
        }
        for (String stem : stems) {
            if (word.contains(stem)) {
                return Sign.FOR;
            }
        }
        return Sign.NONE;
    }

    private static boolean lineEnds(PreparedText text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) == '\n') {
                return true;
            }
        }
        return false;
    }
}
