package dev.waxseal.integrations.aws;

import com.amazonaws.SdkBaseException;
import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.AWSSessionCredentials;
import com.amazonaws.auth.DefaultAWSCredentialsProviderChain;
import com.amazonaws.regions.Region;
import com.amazonaws.regions.RegionUtils;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.error.KeyUnavailableException;
import dev.waxseal.integrations.remote.GuardSettings;
import dev.waxseal.integrations.remote.ServiceConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of AWS KMS are the root key, and how they are reached. Immutable and thread safe, as far as the supplier of
 * credentials is. Its text form holds no secret.
 */
public final class AwsKmsSettings {
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,2}");

    private final String region;
    private final String name;
    private final URI endpoint;
    private final Supplier<AwsCredentials> credentials;
    private final Duration deletionWindow;
    private final Duration requestTimeout;
    private final HttpClient http;
    private final GuardSettings guard;
    private final SecureRandom random;

    private AwsKmsSettings(Builder builder, URI endpoint) {
        this.region = builder.region;
        this.name = builder.name;
        this.endpoint = endpoint;
        this.credentials = builder.credentials == null ? defaultChain() : builder.credentials;
        this.deletionWindow = builder.deletionWindow;
        this.requestTimeout = builder.requestTimeout;
        this.http = builder.http == null ? ServiceConnection.client(builder.connectTimeout) : builder.http;
        this.guard = builder.guard;
        this.random = builder.random;
    }

    /** The SDK's chain; it caches what it found, and renews it in time. */
    private static Supplier<AwsCredentials> defaultChain() {
        AWSCredentialsProvider chain = DefaultAWSCredentialsProviderChain.getInstance();
        return () -> {
            AWSCredentials found;
            try {
                found = chain.getCredentials();
            } catch (SdkBaseException e) {
                // Its message may quote a configuration file.
                throw new KeyUnavailableException("AWS KMS: no credentials were found in the environment, the system"
                        + " properties, a profile, a web identity token, or the container's or instance's role: set one of"
                        + " them up");
            }
            return found instanceof AWSSessionCredentials session
                    ? AwsCredentials.temporary(
                            found.getAWSAccessKeyId(), found.getAWSSecretKey(), session.getSessionToken())
                    : AwsCredentials.of(found.getAWSAccessKeyId(), found.getAWSSecretKey());
        };
    }

    /**
     * Begins with what has no usual value.
     *
     * @param region the region of the keys, such as {@code eu-central-1}
     * @param name the name of the root key: {@code alias/name} names the current version's KMS key, {@code alias/name/…}
     *     each version's. One to three parts of letters, digits, {@code _} and {@code -}, with {@code /} between; it must not
     *     begin with {@code aws/}
     * @return a builder
     * @throws InvalidInputException if the region or the name can't be one
     */
    public static Builder builder(String region, String name) {
        return new Builder(region, name);
    }

    String region() {
        return region;
    }

    String keyName() {
        return name;
    }

    /** The alias of the current version. */
    String alias() {
        return "alias/" + name;
    }

    URI endpoint() {
        return endpoint;
    }

    Supplier<AwsCredentials> credentials() {
        return credentials;
    }

    int deletionDays() {
        return Math.toIntExact(deletionWindow.toDays());
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
        return "AWS KMS key " + alias() + " in " + region;
    }

    /** Where the key is; no secret. */
    @Override
    public String toString() {
        return "AwsKmsSettings[" + name() + " at " + endpoint + "]";
    }

    /** Collects the settings. Not thread safe. */
    public static final class Builder {
        private final String region;
        private final String name;
        private Duration deletionWindow = Duration.ofDays(30);
        private Duration connectTimeout = Duration.ofSeconds(3);
        private Duration requestTimeout = Duration.ofSeconds(10);
        private GuardSettings guard = GuardSettings.usual();
        private SecureRandom random = new SecureRandom();
        private @Nullable Supplier<AwsCredentials> credentials;
        private @Nullable URI endpoint;
        private @Nullable HttpClient http;
        private boolean plainHttpOnLoopback;

        private Builder(String region, String name) {
            if (!REGION.matcher(region).matches()) {
                throw new InvalidInputException("the AWS region must be like eu-central-1 or us-gov-west-1");
            }
            if (!NAME.matcher(name).matches() || name.startsWith("aws/")) {
                throw new InvalidInputException(
                        "the name of the root key in AWS KMS must be one to three parts of letters,"
                                + " digits, '_' and '-', with '/' between, without the prefix alias/, and not begin with aws/");
            }
            this.region = region;
            this.name = name;
        }

        /**
         * Where credentials come from.
         *
         * @param credentials gives them for each request, so that temporary ones can be renewed; fast and thread safe. If not
         *     set, the AWS SDK's default chain is asked: environment, system properties, web identity token, profile,
         *     container's or instance's role
         * @return this builder
         */
        public Builder credentials(Supplier<AwsCredentials> credentials) {
            this.credentials = credentials;
            return this;
        }

        /**
         * Where KMS is, for a VPC endpoint or a FIPS endpoint.
         *
         * @param endpoint such as {@code https://vpce-….kms.eu-central-1.vpce.amazonaws.com}; the region's public one if not
         *     set
         * @return this builder
         */
        public Builder endpoint(URI endpoint) {
            this.endpoint = endpoint;
            return this;
        }

        /**
         * How long KMS keeps a destroyed version's key, unusable but restorable by an administrator ({@code
         * PendingWindowInDays} of {@code ScheduleKeyDeletion}).
         *
         * @param deletionWindow whole days, 7 to 30; 30 days if not set
         * @return this builder
         * @throws InvalidInputException if KMS doesn't allow it
         */
        public Builder deletionWindow(Duration deletionWindow) {
            long days = deletionWindow.toDays();
            if (days < 7 || days > 30 || !deletionWindow.equals(Duration.ofDays(days))) {
                throw new InvalidInputException(
                        "deletionWindow is " + deletionWindow + ": AWS KMS allows whole days, 7 to 30");
            }
            this.deletionWindow = deletionWindow;
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
         * @throws InvalidInputException if the region isn't known, or the endpoint isn't HTTPS, nor plain HTTP that was
         *     allowed
         */
        public AwsKmsSettings build() {
            return new AwsKmsSettings(
                    this,
                    ServiceConnection.requireSecure(
                            endpoint == null ? publicEndpoint() : endpoint, plainHttpOnLoopback));
        }

        private URI publicEndpoint() {
            Region known = RegionUtils.getRegion(region);
            if (known == null || !known.isServiceSupported("kms")) {
                throw new InvalidInputException("the AWS region " + region
                        + " isn't known to the AWS SDK: correct it, or set the endpoint too");
            }
            return URI.create("https://" + known.getServiceEndpoint("kms"));
        }
    }
}
