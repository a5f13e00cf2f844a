package dev.waxseal.integrations.vault;

import dev.waxseal.error.InvalidInputException;
import dev.waxseal.integrations.remote.GuardSettings;
import dev.waxseal.integrations.remote.ServiceConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a Transit key is and how it is reached. Immutable and thread safe, as far as the supplier of tokens is. Its text
 * form holds no secret.
 */
public final class VaultTransitSettings {
    private static final Pattern KEY_NAME = Pattern.compile("\\w([\\w.-]{0,126}\\w)?");
    private static final Pattern PATH = Pattern.compile("\\w[\\w.-]{0,127}(/\\w[\\w.-]{0,127}){0,15}");

    private final URI address;
    private final Optional<String> namespace;
    private final String mount;
    private final String key;
    private final Supplier<VaultToken> token;
    private final Duration requestTimeout;
    private final HttpClient http;
    private final GuardSettings guard;
    private final SecureRandom random;

    private VaultTransitSettings(Builder builder) {
        this.address = builder.address;
        this.namespace = Optional.ofNullable(builder.namespace);
        this.mount = builder.mount;
        this.key = builder.key;
        this.token = builder.token;
        this.requestTimeout = builder.requestTimeout;
        this.http = builder.http == null ? ServiceConnection.client(builder.connectTimeout) : builder.http;
        this.guard = builder.guard;
        this.random = builder.random;
    }

    /**
     * Begins with what has no usual value.
     *
     * @param address of the service, such as {@code https://vault.example.com:8200}; HTTPS, without query, fragment or
     *     user. Plain HTTP is refused by {@link Builder#build} unless {@link Builder#plainHttpOnLoopback} allows it
     * @param key the name of the Transit key
     * @param token gives the token for each request, so that it can be renewed outside; fast and thread safe
     * @return a builder
     * @throws InvalidInputException if the address or the name can't be one
     */
    public static Builder builder(URI address, String key, Supplier<VaultToken> token) {
        return new Builder(address, key, token);
    }

    URI endpoint(String operation) {
        String base = address.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "v1/" + mount + "/" + operation);
    }

    Optional<String> namespace() {
        return namespace;
    }

    String key() {
        return key;
    }

    /** Where the key is within its service: what its versions' ids begin with. */
    String path() {
        return namespace.map(outer -> outer + "/").orElse("") + mount + "/" + key;
    }

    Supplier<VaultToken> token() {
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
        return "Vault Transit key " + path() + " at " + address;
    }

    /** Where the key is; no secret. */
    @Override
    public String toString() {
        return "VaultTransitSettings[" + name() + "]";
    }

    /** Collects the settings. Not thread safe. */
    public static final class Builder {
        private final URI address;
        private final String key;
        private final Supplier<VaultToken> token;
        private String mount = "transit";
        private Duration connectTimeout = Duration.ofSeconds(3);
        private Duration requestTimeout = Duration.ofSeconds(10);
        private GuardSettings guard = GuardSettings.usual();
        private SecureRandom random = new SecureRandom();
        private @Nullable String namespace;
        private @Nullable HttpClient http;
        private boolean plainHttpOnLoopback;

        private Builder(URI address, String key, Supplier<VaultToken> token) {
            if (address.getHost() == null
                    || address.getRawUserInfo() != null
                    || address.getRawQuery() != null
                    || address.getRawFragment() != null) {
                throw new InvalidInputException(
                        "the address of Vault must be like https://vault.example.com:8200, with a"
                                + " host and without user, query and fragment");
            }
            this.address = address;
            this.key = matching(KEY_NAME, "the name of the Transit key", key);
            this.token = token;
        }

        /**
         * Where the engine is mounted.
         *
         * @param mount its path without slashes around it; {@code transit} if not set
         * @return this builder
         */
        public Builder mount(String mount) {
            this.mount = matching(PATH, "the mount of the Transit engine", mount);
            return this;
        }

        /**
         * In which namespace, sent as {@code X-Vault-Namespace}.
         *
         * @param namespace its path without slashes around it; none if not set
         * @return this builder
         */
        public Builder namespace(String namespace) {
            this.namespace = matching(PATH, "the namespace", namespace);
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
         * The client to use, for a trust store, client certificates or a proxy of your own.
         *
         * @param http one that follows no redirects, so that no token goes where it wasn't meant to
         * @return this builder
         * @throws InvalidInputException if it follows redirects
         */
        public Builder httpClient(HttpClient http) {
            this.http = ServiceConnection.requireNoRedirects(http);
            return this;
        }

        /**
         * Allows plain HTTP to {@code localhost}, {@code 127.0.0.1} and {@code [::1]}: for tests and for an agent on the
         * same machine that speaks TLS onwards. Everywhere else, HTTPS it is.
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
         * @throws InvalidInputException if the address isn't HTTPS, nor plain HTTP that was allowed
         */
        public VaultTransitSettings build() {
            ServiceConnection.requireSecure(address, plainHttpOnLoopback);
            return new VaultTransitSettings(this);
        }

        private static String matching(Pattern pattern, String what, String value) {
            if (!pattern.matcher(value).matches()) {
                throw new InvalidInputException(what + " must consist of letters, digits, '_', '-' and '.' (and of such"
                        + " parts with '/' between, where it is a path), without '/' around");
            }
            return value;
        }
    }
}
