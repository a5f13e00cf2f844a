/** What the modules for remote key services share. */
module dev.waxseal.integrations.remote {
    requires io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires org.slf4j;
    requires static org.jspecify;
    requires tools.jackson.core;
    requires transitive dev.waxseal.core;
    requires transitive java.net.http;

    exports dev.waxseal.integrations.remote;
}
