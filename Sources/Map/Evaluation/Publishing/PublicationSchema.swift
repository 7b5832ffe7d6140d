extension EvaluationSchema {
    /// The document itself lies in the file store under `digest`; its row in `stored_file` keeps it there for good.
    static let publication = """
        CREATE TABLE publication (
            id BYTEA PRIMARY KEY,
            run BYTEA NOT NULL,
            place TEXT NOT NULL,
            title TEXT NOT NULL,
            scheme_version BIGINT NOT NULL,
            estates BIGINT NOT NULL CHECK (estates >= 0),
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            size BIGINT NOT NULL CHECK (size > 0),
            key_id TEXT NOT NULL,
            signature BYTEA NOT NULL,
            published_at BIGINT NOT NULL,
            published_by BYTEA,
            withdrawn_at BIGINT,
            withdrawn_by BYTEA,
            reason TEXT,
            CHECK ((withdrawn_at IS NULL) = (reason IS NULL))
        );
        CREATE UNIQUE INDEX publication_run ON publication (run) WHERE withdrawn_at IS NULL;
        CREATE INDEX publication_place ON publication (place, published_at);
        """
}
