public import Store

/// The tables that every room may use: the files people handed in, the long work they asked for.
public enum CommonSchema {
    public static let schema = Schema(
        room: "common",
        migrations: [Schema.Migration("001-files", files), Schema.Migration("002-jobs", jobs)],
        tables: [.init("stored_file", key: "digest"), .init("job", key: "id")])

    /// One row per content, whatever it was called and however often it was handed in; the bytes lie in `FileStore`.
    private static let files = """
        CREATE TABLE stored_file (
            digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
            size BIGINT NOT NULL CHECK (size >= 0),
            media_type TEXT NOT NULL CHECK (length(media_type) <= 255),
            original_name TEXT NOT NULL CHECK (length(original_name) <= 255),
            added_at BIGINT NOT NULL
        );
        """

    /// `node` holds a running job until `held_until`; `attempts` tells its holds apart, so that a node which lost a job
    /// and got it again does not end the new attempt with the old one's result.
    private static let jobs = """
        CREATE TABLE job (
            id BYTEA PRIMARY KEY,
            kind TEXT NOT NULL,
            subject_kind TEXT NOT NULL,
            subject_id TEXT NOT NULL,
            place TEXT NOT NULL,
            input TEXT NOT NULL,
            asked_by BYTEA,
            asker_kind TEXT NOT NULL CHECK (asker_kind IN ('person', 'owner', 'system')),
            asked_at BIGINT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'refused', 'failed', 'cancelled')),
            started_at BIGINT,
            ended_at BIGINT,
            done BIGINT NOT NULL CHECK (done >= 0),
            total BIGINT NOT NULL CHECK (total >= done),
            sentence_zh TEXT NOT NULL CHECK (length(sentence_zh) <= 500),
            sentence_en TEXT NOT NULL CHECK (length(sentence_en) <= 500),
            code TEXT,
            result TEXT,
            node TEXT,
            held_until BIGINT,
            attempts BIGINT NOT NULL,
            cancel_asked BIGINT NOT NULL CHECK (cancel_asked IN (0, 1)),
            CHECK ((state = 'running') = (node IS NOT NULL)),
            CHECK ((node IS NULL) = (held_until IS NULL)),
            CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL))
        );
        CREATE INDEX job_open ON job (id) WHERE state IN ('waiting', 'running');
        CREATE INDEX job_asked_by ON job (asked_by, id);
        CREATE INDEX job_subject ON job (subject_kind, subject_id, id);
        CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;
        """
}
