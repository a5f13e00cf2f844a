package dev.waxseal;

import dev.waxseal.error.IntegrityException;
import java.io.IOException;
import java.io.InputStream;

/** Says once when what it reads does not verify. As thread safe as what it reads: not. */
final class WatchedStream extends InputStream {
    private final InputStream in;
    private final Runnable tampered;
    private boolean said;

    WatchedStream(InputStream in, Runnable tampered) {
        this.in = in;
        this.tampered = tampered;
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (IntegrityException e) {
            throw said(e);
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            return in.read(into, offset, length);
        } catch (IntegrityException e) {
            throw said(e);
        }
    }

    private IntegrityException said(IntegrityException failure) {
        if (!said) {
            said = true;
            try {
                tampered.run();
            } catch (RuntimeException e) {
                // That the trail can't be written is told beside what was found, not in its place.
                failure.addSuppressed(e);
            }
        }
        return failure;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
