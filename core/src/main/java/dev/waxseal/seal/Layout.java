package dev.waxseal.seal;

/** How the personal components of a record are grouped into compartments. */
public enum Layout {
    /**
     * Those that are always revealed and erased together share one: fewest bytes, fastest. For Waxseal's own tables.
     */
    COMPARTMENTS,
    /** Each has its own, named like it: for hosts that map every component to a column of their own. */
    FIELDS
}
