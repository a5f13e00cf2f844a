package dev.waxseal.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The canonical, length-prefixed encoding of a list of texts and bytes: no two different lists share one. */
public final class Canonical {
    private static final VarHandle INTEGERS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Canonical() {}

    /** Each part as its length in four bytes, big-endian, then its bytes; texts in UTF-8. */
    public static byte[] of(Object... parts) {
        byte[][] encoded = new byte[parts.length][];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            encoded[i] = parts[i] instanceof byte[] raw ? raw : ((String) parts[i]).getBytes(StandardCharsets.UTF_8);
            length = Math.addExact(length, Integer.BYTES + encoded[i].length);
        }
        byte[] out = new byte[length];
        int at = 0;
        for (byte[] part : encoded) {
            INTEGERS.set(out, at, part.length);
            at += Integer.BYTES;
            System.arraycopy(part, 0, out, at, part.length);
            at += part.length;
        }
        return out;
    }
}
