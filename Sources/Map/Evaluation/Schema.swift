public import Store

/// The tables of the comprehensive evaluation.
public enum EvaluationSchema {
    public static let schema = Schema(
        room: "evaluation",
        migrations: [
            Schema.Migration("001-runs", runs),
            Schema.Migration("002-weighting", weighting),
            Schema.Migration("003-publication", publication),
            Schema.Migration("004-appeals", appeals),
        ],
        tables: [
            .init("evaluation_scheme", key: "version"),
            .init("evaluation_draft", key: "id"),
            .init("evaluation_document", key: "digest"),
            .init("evaluation_run", key: "id"),
            .init("evaluation_snapshot", key: "run, chunk"),
            .init("evaluation_district", key: "run, place"),
            .init("evaluation_result", key: "run, estate"),
            .init("weighting_session", key: "id"),
            .init("weighting_expert", key: "session, person"),
            .init("weighting_judgement", key: "session, person, version"),
            .init("resident_weights", key: "id"),
            .init("publication", key: "id"),
            .init("appeal", key: "id"),
        ])

    /// A run is written in one transaction, so that there is no half of one. `evaluation_document` keeps each scheme
    /// that a run was made with, for ever and once. `aspects` and `medians` are doubles, eight bytes each, the lowest
    /// byte first: the low and the high end of each aspect of the scheme, or one number of each. `known` is in
    /// thousandths.
    private static let runs = """
        CREATE TABLE evaluation_scheme (
            version BIGINT PRIMARY KEY,
            document TEXT NOT NULL,
            by_person BYTEA,
            by_label TEXT NOT NULL,
            at BIGINT NOT NULL
        );
        CREATE TABLE evaluation_draft (
            id BYTEA PRIMARY KEY,
            document TEXT NOT NULL,
            edits BIGINT NOT NULL DEFAULT 1,
            by_person BYTEA,
            by_label TEXT NOT NULL,
            at BIGINT NOT NULL
        );
        CREATE TABLE evaluation_document (
            digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
            document TEXT NOT NULL
        );
        CREATE TABLE evaluation_run (
            id BYTEA PRIMARY KEY,
            place TEXT NOT NULL,
            scheme_version BIGINT,
            title_zh TEXT NOT NULL,
            title_en TEXT NOT NULL,
            scheme TEXT NOT NULL REFERENCES evaluation_document (digest),
            is_default BIGINT NOT NULL CHECK (is_default IN (0, 1)),
            as_of TEXT NOT NULL,
            estates BIGINT NOT NULL CHECK (estates > 0),
            ranked BIGINT NOT NULL CHECK (ranked BETWEEN 0 AND estates),
            first BIGINT NOT NULL CHECK (first BETWEEN 0 AND ranked),
            facts TEXT NOT NULL,
            snapshot_digest TEXT NOT NULL CHECK (length(snapshot_digest) = 64),
            result_digest TEXT NOT NULL CHECK (length(result_digest) = 64),
            at BIGINT NOT NULL,
            by_person BYTEA,
            by_label TEXT NOT NULL,
            program TEXT NOT NULL,
            generated BIGINT NOT NULL CHECK (generated IN (0, 1))
        );
        CREATE INDEX evaluation_run_at ON evaluation_run (at);
        CREATE TABLE evaluation_snapshot (
            run BYTEA NOT NULL REFERENCES evaluation_run (id),
            chunk BIGINT NOT NULL,
            rows TEXT NOT NULL,
            PRIMARY KEY (run, chunk)
        );
        CREATE TABLE evaluation_district (
            run BYTEA NOT NULL REFERENCES evaluation_run (id),
            place TEXT NOT NULL,
            estates BIGINT NOT NULL,
            ranked BIGINT NOT NULL,
            among_first BIGINT NOT NULL,
            ready BIGINT NOT NULL,
            mean_need DOUBLE PRECISION NOT NULL,
            mean_readiness DOUBLE PRECISION NOT NULL,
            medians BYTEA NOT NULL,
            PRIMARY KEY (run, place)
        );
        CREATE TABLE evaluation_result (
            run BYTEA NOT NULL REFERENCES evaluation_run (id),
            estate BYTEA NOT NULL,
            position BIGINT NOT NULL,
            number TEXT NOT NULL,
            name TEXT NOT NULL,
            search_key TEXT NOT NULL,
            place TEXT NOT NULL,
            stage TEXT NOT NULL,
            longitude DOUBLE PRECISION,
            latitude DOUBLE PRECISION,
            households BIGINT,
            rank BIGINT,
            best_rank BIGINT,
            worst_rank BIGINT,
            band TEXT,
            best_band TEXT,
            worst_band TEXT,
            need DOUBLE PRECISION NOT NULL,
            need_low DOUBLE PRECISION NOT NULL,
            need_high DOUBLE PRECISION NOT NULL,
            readiness_low DOUBLE PRECISION NOT NULL,
            readiness_high DOUBLE PRECISION NOT NULL,
            gate TEXT NOT NULL CHECK (gate IN ('ready', 'notReady', 'unknown')),
            first_share DOUBLE PRECISION,
            function_share DOUBLE PRECISION NOT NULL,
            known BIGINT NOT NULL CHECK (known BETWEEN 0 AND 1000),
            flag TEXT,
            aspects BYTEA NOT NULL,
            PRIMARY KEY (run, estate)
        );
        CREATE INDEX evaluation_result_rank ON evaluation_result (run, rank);
        CREATE INDEX evaluation_result_place ON evaluation_result (run, place, rank);
        """
}
