package dev.waxseal;

import java.util.List;

/**
 * What a run of an {@link Export} did. Immutable; all but the job is of this run alone.
 *
 * @param handedOut how many records the consumer took
 * @param expired how many records were passed over, since the day of all they held has come
 * @param erased how many records were passed over, since their data subject was erased
 * @param failed how many records could not be opened or made, and were passed over
 * @param failures the first {@value #MAX_FAILURES} of these, and why
 * @param job the export as a whole, with the runs before and those of other processes
 */
public record Exported(
        long handedOut, long expired, long erased, long failed, List<FailedRecord> failures, JobStore.Job job) {
    /** The most failures that are told one by one. */
    public static final int MAX_FAILURES = 100;

    /** Takes a defensive copy. */
    public Exported {
        failures = List.copyOf(failures);
    }

    /**
     * Whether every record was handed out, or passed over for a reason told in the run that met it. If it isn't: the run
     * was stopped, or other processes are at work on the rest; run again.
     *
     * @return true where the export is finished
     */
    public boolean complete() {
        return job.finishedAt().isPresent();
    }
}
