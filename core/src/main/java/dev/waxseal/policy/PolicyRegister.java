package dev.waxseal.policy;

import java.time.Instant;
import java.util.Optional;

/**
 * Which policies the records of a store were sealed under: an SPI for stores. Implementations are thread safe. Each method
 * throws {@link dev.waxseal.error.StoreException} when the store fails.
 */
public interface PolicyRegister {

    /**
     * One version of a record type's policy, as it was registered. Immutable; holds names and settings only.
     *
     * @param recordType the record type
     * @param version the version, from 1
     * @param fingerprint the SHA-256 of the description: 64 lower-case hexadecimal digits
     * @param description what {@link RecordPolicy#description()} was
     * @param registeredAt when
     */
    record Registered(String recordType, int version, String fingerprint, String description, Instant registeredAt) {}

    /**
     * Adds a version, unless it is registered already. Among all processes that add the same version at once one wins, and
     * all are told which.
     *
     * @param tenant the tenant
     * @param candidate the version to add
     * @return what stands in the register now
     */
    Registered addIfAbsent(String tenant, Registered candidate);

    /**
     * One version of a record type's policy.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @param version the version
     * @return the version as registered, or empty where it isn't
     */
    Optional<Registered> find(String tenant, String recordType, int version);

    /**
     * The newest version of a record type's policy.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @return the version with the highest number, or empty where none is registered
     */
    Optional<Registered> newest(String tenant, String recordType);
}
