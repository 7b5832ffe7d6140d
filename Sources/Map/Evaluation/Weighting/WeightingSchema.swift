extension EvaluationSchema {
    /// What an expert says is never overwritten: the highest version counts. Items are kept as they were called, so
    /// that a session reads the same when the scheme is another. Totals of residents name nobody.
    static let weighting = """
        CREATE TABLE weighting_session (
            id BYTEA PRIMARY KEY,
            number BIGINT NOT NULL UNIQUE CHECK (number > 0),
            place TEXT NOT NULL,
            scheme_version BIGINT NOT NULL,
            level TEXT NOT NULL CHECK (level IN ('aspects', 'groups')),
            purpose TEXT NOT NULL CHECK (purpose IN ('need', 'readiness')),
            scheme_group TEXT,
            title TEXT NOT NULL,
            method TEXT NOT NULL CHECK (method IN ('pairwise', 'bestWorst')),
            items TEXT NOT NULL,
            opened_at BIGINT NOT NULL,
            opened_by BYTEA,
            closed_at BIGINT,
            closed_by BYTEA,
            outcome TEXT,
            CHECK ((closed_at IS NULL) = (outcome IS NULL))
        );
        CREATE TABLE weighting_expert (
            session BYTEA NOT NULL REFERENCES weighting_session (id),
            person BYTEA NOT NULL,
            invited_at BIGINT NOT NULL,
            invited_by BYTEA,
            PRIMARY KEY (session, person)
        );
        CREATE INDEX weighting_expert_person ON weighting_expert (person);
        CREATE TABLE weighting_judgement (
            session BYTEA NOT NULL,
            person BYTEA NOT NULL,
            version BIGINT NOT NULL CHECK (version > 0),
            judgement TEXT NOT NULL,
            said_at BIGINT NOT NULL,
            PRIMARY KEY (session, person, version),
            FOREIGN KEY (session, person) REFERENCES weighting_expert (session, person)
        );
        CREATE TABLE resident_weights (
            id BYTEA PRIMARY KEY,
            place TEXT NOT NULL,
            scheme_version BIGINT NOT NULL,
            level TEXT NOT NULL CHECK (level IN ('aspects', 'groups')),
            purpose TEXT NOT NULL CHECK (purpose IN ('need', 'readiness')),
            scheme_group TEXT,
            source TEXT NOT NULL,
            day TEXT NOT NULL,
            rule TEXT NOT NULL CHECK (rule IN ('chosen', 'points')),
            respondents BIGINT NOT NULL CHECK (respondents > 0),
            items TEXT NOT NULL,
            totals TEXT NOT NULL,
            entered_at BIGINT NOT NULL,
            entered_by BYTEA,
            withdrawn_at BIGINT,
            reason TEXT,
            CHECK ((withdrawn_at IS NULL) = (reason IS NULL))
        );
        CREATE INDEX resident_weights_place ON resident_weights (place, entered_at);
        """
}
