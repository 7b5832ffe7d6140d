extension EvaluationSchema {
    /// `correction` is the line of the record that tells of the corrected fact; the record refers to nothing, and no
    /// key points into it.
    static let appeals = """
        CREATE TABLE appeal (
            id BYTEA PRIMARY KEY,
            number BIGINT NOT NULL UNIQUE CHECK (number > 0),
            run BYTEA NOT NULL,
            estate BYTEA NOT NULL,
            place TEXT NOT NULL,
            aspect TEXT NOT NULL,
            fact TEXT NOT NULL,
            stated TEXT NOT NULL,
            claimed TEXT NOT NULL,
            reason TEXT NOT NULL,
            evidence TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'dismissed')),
            made_at BIGINT NOT NULL,
            made_by BYTEA,
            decided_at BIGINT,
            decided_by BYTEA,
            decision TEXT,
            correction BYTEA,
            CHECK ((state = 'open') = (decided_at IS NULL)),
            CHECK ((state = 'upheld') = (correction IS NOT NULL))
        );
        CREATE UNIQUE INDEX appeal_open ON appeal (run, estate, fact) WHERE state = 'open';
        CREATE INDEX appeal_estate ON appeal (estate, made_at);
        CREATE INDEX appeal_place ON appeal (place, made_at);
        """
}
