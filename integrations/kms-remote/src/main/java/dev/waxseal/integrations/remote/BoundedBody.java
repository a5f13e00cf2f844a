package dev.waxseal.integrations.remote;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects a body up to a bound, and gives up on a longer one. For one response; called by one thread at a time. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final int maxBytes;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private byte[] buffer = new byte[1024];
    private int length;
    private Flow.@Nullable Subscription subscription;

    BoundedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The body is longer than allowed. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(int maxBytes) {
            super("the body is longer than " + maxBytes + " bytes");
        }
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        if (body.isDone() || subscription == null) {
            return;
        }
        for (ByteBuffer part : parts) {
            if (part.remaining() > maxBytes - length) {
                subscription.cancel();
                wipe();
                body.completeExceptionally(new TooLongException(maxBytes));
                return;
            }
            append(part);
        }
        subscription.request(1);
    }

    private void append(ByteBuffer part) {
        int needed = length + part.remaining();
        if (needed > buffer.length) {
            byte[] larger = Arrays.copyOf(buffer, Math.max(needed, Math.min(maxBytes, 2 * buffer.length)));
            wipe();
            buffer = larger;
        }
        int count = part.remaining();
        part.get(buffer, length, count);
        length += count;
    }

    @Override
    public void onError(Throwable problem) {
        wipe();
        body.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
        body.complete(Arrays.copyOf(buffer, length));
        wipe();
    }

    /** Answers hold keys. */
    private void wipe() {
        Arrays.fill(buffer, (byte) 0);
    }
}
