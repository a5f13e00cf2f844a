package dev.waxseal.integrations.gcp;

import com.google.auth.oauth2.GoogleCredentials;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.remote.GuardSettings;
import dev.waxseal.integrations.remote.ServiceConnection;
import dev.waxseal.integrations.remote.TransientServiceException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which crypto key of Google Cloud KMS is the root key, and how it is reached. Immutable and thread safe, as far as the
 * supplier of tokens is. Its text form holds no secret.
 */
public final class GcpKmsSettings {
    private static final URI PUBLIC_ENDPOINT = URI.create("https://cloudkms.googleapis.com");
    private static final String SCOPE = "https://www.googleapis.com/auth/cloudkms";
    private static final Pattern PROJECT = Pattern.compile("([a-z][a-z0-9.-]{0,62}:)?[a-z0-9][a-z0-9-]{3,61}[a-z0-9]");
    private static final Pattern LOCATION = Pattern.compile("[a-z][a-z0-9-]{1,62}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private final String cryptoKey;
    private final URI endpoint;
    private final Supplier<GcpAccessToken> token;
    private final Duration requestTimeout;
    private final HttpClient http;
    private final GuardSettings guard;
    private final SecureRandom random;

    private GcpKmsSettings(Builder builder) {
        this.cryptoKey = builder.cryptoKey;
        this.endpoint = builder.endpoint;
        this.token = builder.token == null ? new DefaultCredentials() : builder.token;
        this.requestTimeout = builder.requestTimeout;
        this.http = builder.http == null ? ServiceConnection.client(builder.connectTimeout) : builder.http;
        this.guard = builder.guard;
        this.random = builder.random;
    }

    /** Google's application default credentials, looked for at the first use; renewed in time by Google's library. */
    private static final class DefaultCredentials implements Supplier<GcpAccessToken> {
        private volatile @Nullable GoogleCredentials found;

        @Override
        public GcpAccessToken get() {
            GoogleCredentials credentials = found;
            if (credentials == null) {
                try {
                    credentials = GoogleCredentials.getApplicationDefault().createScoped(SCOPE);
                } catch (IOException e) {
                    // Its message may quote a credentials file.
                    throw new KeyUnavailableException("Google Cloud KMS: no application default credentials were found."
                            + " Set GOOGLE_APPLICATION_CREDENTIALS, or run where a service account is attached");
                }
                found = credentials;
            }
            try {
                credentials.refreshIfExpired();
            } catch (IOException e) {
                throw new TransientServiceException("no access token could be had with the application default"
                        + " credentials (" + e.getClass().getSimpleName() + ")");
            }
            return GcpAccessToken.of(credentials.getAccessToken().getTokenValue());
        }
    }

    /**
     * Begins with what has no usual value: the parts of {@code
     * projects/…/locations/…/keyRings/…/cryptoKeys/…}.
     *
     * @param project the id or number of the project
     * @param location such as {@code europe-west3}
     * @param keyRing the name of the key ring
     * @param key the name of the crypto key
     * @return a builder
     * @throws InvalidInputException if one of them can't be one
     */
    public static Builder builder(String project, String location, String keyRing, String key) {
        return new Builder(project, location, keyRing, key);
    }

    /** The resource name of the crypto key. */
    String cryptoKey() {
        return cryptoKey;
    }

    URI endpoint() {
        return endpoint;
    }

    Supplier<GcpAccessToken> token() {
        return token;
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    HttpClient http() {
        return http;
    }

    GuardSettings guard() {
        return guard;
    }

    SecureRandom random() {
        return random;
    }

    String name() {
        return "Google Cloud KMS key " + cryptoKey;
    }

    /** Where the key is; no secret. */
    @Override
    public String toString() {
        return "GcpKmsSettings[" + name() + " at " + endpoint + "]";
    }

    /** Collects the settings. Not thread safe. */
    public static final class Builder {
        private final String cryptoKey;
        private URI endpoint = PUBLIC_ENDPOINT;
        private Duration connectTimeout = Duration.ofSeconds(3);
        private Duration requestTimeout = Duration.ofSeconds(10);
        private GuardSettings guard = GuardSettings.usual();
        private SecureRandom random = new SecureRandom();
        private @Nullable Supplier<GcpAccessToken> token;
        private @Nullable HttpClient http;
        private boolean plainHttpOnLoopback;

        private Builder(String project, String location, String keyRing, String key) {
            this.cryptoKey = "projects/" + matching(PROJECT, "project", project) + "/locations/"
                    + matching(LOCATION, "location", location) + "/keyRings/" + matching(NAME, "key ring", keyRing)
                    + "/cryptoKeys/" + matching(NAME, "crypto key", key);
        }

        /**
         * Where access tokens come from.
         *
         * @param token gives the token for each request, so that it can be renewed; fast and thread safe. If not set,
         *     Google's application default credentials are used: {@code GOOGLE_APPLICATION_CREDENTIALS}, gcloud's, or the
         *     attached service account's
         * @return this builder
         */
        public Builder accessToken(Supplier<GcpAccessToken> token) {
            this.token = token;
            return this;
        }

        /**
         * Where KMS is, for a Private Service Connect endpoint or a regional one.
         *
         * @param endpoint without path; {@code https://cloudkms.googleapis.com} if not set
         * @return this builder
         */
        public Builder endpoint(URI endpoint) {
            this.endpoint = endpoint;
            return this;
        }

        /**
         * How long a connection may take to be made; for the client made here only.
         *
         * @param connectTimeout 1 millisecond to 10 minutes; 3 seconds if not set
         * @return this builder
         */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = ServiceConnection.requireTimeout("connectTimeout", connectTimeout);
            return this;
        }

        /**
         * How long one request may take from its beginning to the last byte of the answer.
         *
         * @param requestTimeout 1 millisecond to 10 minutes; 10 seconds if not set
         * @return this builder
         */
        public Builder requestTimeout(Duration requestTimeout) {
            this.requestTimeout = ServiceConnection.requireTimeout("requestTimeout", requestTimeout);
            return this;
        }

        /**
         * How calls are repeated, and when none is made any more.
         *
         * @param guard the usual settings if not set
         * @return this builder
         */
        public Builder guard(GuardSettings guard) {
            this.guard = guard;
            return this;
        }

        /**
         * Where the labels of wrapped keys come from.
         *
         * @param random the JDK's default if not set
         * @return this builder
         */
        public Builder random(SecureRandom random) {
            this.random = random;
            return this;
        }

        /**
         * The client to use, for a trust store or a proxy of your own.
         *
         * @param http one that follows no redirects
         * @return this builder
         * @throws InvalidInputException if it follows redirects
         */
        public Builder httpClient(HttpClient http) {
            this.http = ServiceConnection.requireNoRedirects(http);
            return this;
        }

        /**
         * Allows plain HTTP to {@code localhost}, {@code 127.0.0.1} and {@code [::1]}: for tests, and for a proxy on the same
         * machine that speaks TLS onwards.
         *
         * @return this builder
         */
        public Builder plainHttpOnLoopback() {
            this.plainHttpOnLoopback = true;
            return this;
        }

        /**
         * The settings collected.
         *
         * @return the settings
         * @throws InvalidInputException if the endpoint isn't HTTPS, nor plain HTTP that was allowed
         */
        public GcpKmsSettings build() {
            ServiceConnection.requireSecure(endpoint, plainHttpOnLoopback);
            return new GcpKmsSettings(this);
        }

        private static String matching(Pattern pattern, String what, String value) {
            if (!pattern.matcher(value).matches()) {
                throw new InvalidInputException(
                        "the " + what + " of the root key in Google Cloud KMS can't be one: give its"
                                + " bare name, as in projects/PROJECT/locations/LOCATION/keyRings/KEY_RING/cryptoKeys/KEY");
            }
            return value;
        }
    }
}
