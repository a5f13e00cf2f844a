package dev.waxseal;

import dev.waxseal.error.PolicyException;
import dev.waxseal.policy.PolicyRegister;
import dev.waxseal.policy.PolicyRegister.Registered;
import dev.waxseal.policy.RecordPolicy;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps two applications from treating the records of one type by different policies unawares. Thread safe. */
final class PolicyCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyCheck.class);

    private final Stores stores;
    private final Clock clock;
    private final String tenant;

    PolicyCheck(Stores stores, Clock clock, String tenant) {
        this.stores = stores;
        this.clock = clock;
        this.tenant = tenant;
    }

    /** Registers the policy's version, or refuses a policy that isn't the one registered under it. */
    void check(RecordPolicy<?> policy) {
        PolicyRegister register = stores.policies();
        String description = policy.description();
        String fingerprint = policy.fingerprint();
        Registered registered = register.find(tenant, policy.recordType(), policy.version())
                .orElseGet(() -> stores.separately(() -> register.addIfAbsent(
                        tenant,
                        new Registered(
                                policy.recordType(),
                                policy.version(),
                                fingerprint,
                                description,
                                clock.instant().truncatedTo(ChronoUnit.MICROS)))));
        int newest = register.newest(tenant, policy.recordType())
                .map(Registered::version)
                .orElse(policy.version());
        if (!registered.fingerprint().equals(fingerprint)) {
            throw new PolicyException("the policy of " + policy.type().getName()
                    + " isn't the one that is registered as"
                    + " version " + policy.version() + " of '" + policy.recordType() + "', under which records are"
                    + " sealed:" + differences(registered.description(), description)
                    + "\nIf you changed it, raise the version: @CustomerRecord(value = \"" + policy.recordType()
                    + "\", version = " + (newest + 1)
                    + "), then re-seal the older records with vault.reseal(). If it is"
                    + " another application's, deploy the same policy in both. In a test or while developing, begin"
                    + " with an empty database instead, or delete the row from waxseal_policy");
        }
        if (newest > policy.version()) {
            LOG.warn(
                    "this application has version {} of the policy of '{}', while version {} is registered: a newer one is"
                            + " deployed. What this one writes is sealed under version {}: kept and found by its rules,"
                            + " and without the components that only the newer version has, which an update by this"
                            + " application therefore drops. Deploy the newer version everywhere, then run"
                            + " vault.reseal() there",
                    policy.version(),
                    policy.recordType(),
                    newest,
                    policy.version());
        }
    }

    private static String differences(String registered, String here) {
        Map<String, String> before = components(registered);
        Map<String, String> now = components(here);
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(now.keySet());
        StringBuilder found = new StringBuilder();
        for (String name : names) {
            Optional<String> registeredAs = Optional.ofNullable(before.get(name));
            Optional<String> hereAs = Optional.ofNullable(now.get(name));
            if (!registeredAs.equals(hereAs)) {
                found.append("\n  - ").append(name).append(": ");
                if (registeredAs.isEmpty()) {
                    found.append("is not registered, here it is ").append(hereAs.orElseThrow());
                } else if (hereAs.isEmpty()) {
                    found.append("is missing here, registered as ").append(registeredAs.orElseThrow());
                } else {
                    List<String> old =
                            new ArrayList<>(List.of(registeredAs.orElseThrow().split("; ")));
                    List<String> changed =
                            new ArrayList<>(List.of(hereAs.orElseThrow().split("; ")));
                    List<String> kept = List.copyOf(old);
                    old.removeAll(changed);
                    changed.removeAll(kept);
                    found.append("registered ").append(old).append(", here ").append(changed);
                }
            }
        }
        return found.toString();
    }

    private static Map<String, String> components(String description) {
        Map<String, String> components = new LinkedHashMap<>();
        description.lines().skip(1).forEach(line -> {
            int end = Math.max(line.indexOf(": "), 0);
            components.put(line.substring(0, end), line.substring(Math.min(end + 2, line.length())));
        });
        return components;
    }
}
