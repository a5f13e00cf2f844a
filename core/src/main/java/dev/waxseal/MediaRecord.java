package dev.waxseal;

import dev.waxseal.policy.CustomerRecord;
import dev.waxseal.policy.DataCategory;
import dev.waxseal.policy.Personal;
import dev.waxseal.policy.RecordId;
import dev.waxseal.policy.SubjectId;
import dev.waxseal.seal.engine.MediaSealer;
import java.util.Optional;

/**
 * The components of media that access is decided for, each by itself. Their purposes are those of each single object, so
 * the ones declared here are never used.
 */
@CustomerRecord(MediaSealer.RECORD_TYPE)
record MediaRecord(
        @SubjectId String subjectId,
        @RecordId String mediaId,

        @Personal(category = DataCategory.MEDIA, purposes = "media")
        byte[] content,

        @Personal(category = DataCategory.MEDIA, purposes = "media")
        String fileName,

        @Personal(category = DataCategory.MEDIA, purposes = "media")
        String mimeType,

        @Personal(category = DataCategory.MEDIA, purposes = "media")
        long size,

        @Personal(category = DataCategory.MEDIA, purposes = "media")
        Optional<String> sha256) {
    static final String CONTENT = "content";
    static final String FILE_NAME = "fileName";
    static final String MIME_TYPE = "mimeType";
    static final String SIZE = "size";
    static final String SHA_256 = "sha256";
}
