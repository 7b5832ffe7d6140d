public import Store

/// The tables of people, posts, rights, sessions, tokens and the record of acts.
public enum IdentitySchema {
    public static let schema = Schema(
        room: "identity",
        migrations: [
            Schema.Migration("001-people", people),
            Schema.Migration("002-posts-rights", postsAndRights),
            Schema.Migration("003-sessions", sessions),
            Schema.Migration("004-record", record),
            Schema.Migration("005-tokens", tokens),
        ],
        tables: [
            .init("vault_mark", key: "id"),
            .init("person_key", key: "person"),
            .init("person", key: "id"),
            .init("post", key: "id"),
            .init("post_holding", key: "id"),
            .init("role_right", key: "role, right_code"),
            .init("role_code", key: "role"),
            .init("right_known", key: "right_code"),
            .init("people_version", key: "id"),
            .init("session", key: "token_hash"),
            .init("api_token", key: "id"),
            .init("sign_in_throttle", key: "bucket"),
            .init("record_line", key: "id"),
            .init("record_leaf", key: "idx"),
            .init("record_block", key: "idx"),
            .init("tree_head", key: "size"),
            .init("record_lease", key: "id"),
        ])

    /// Names, phones and code secrets are sealed under the person's own key; destroying that key erases them
    /// everywhere, the record included. `vault_mark` remembers which vault the database belongs to.
    private static let people = """
        CREATE TABLE vault_mark (
            id BIGINT PRIMARY KEY CHECK (id = 1),
            master TEXT NOT NULL,
            signing TEXT NOT NULL
        );
        CREATE TABLE person_key (
            person BYTEA PRIMARY KEY,
            wrapped BYTEA,
            destroyed_at BIGINT,
            CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
        );
        CREATE TABLE person (
            id BYTEA PRIMARY KEY,
            login TEXT NOT NULL UNIQUE,
            name_sealed BYTEA NOT NULL,
            phone_sealed BYTEA,
            place TEXT NOT NULL,
            language TEXT NOT NULL CHECK (language IN ('zh', 'en')),
            mode TEXT NOT NULL CHECK (mode IN ('standard', 'elder')),
            password TEXT,
            must_change BIGINT NOT NULL CHECK (must_change IN (0, 1)),
            one_time_until BIGINT,
            totp_sealed BYTEA,
            totp_confirmed BIGINT NOT NULL CHECK (totp_confirmed IN (0, 1)),
            totp_step BIGINT,
            created_at BIGINT NOT NULL,
            signed_in_at BIGINT,
            disabled_at BIGINT,
            erased_at BIGINT
        );
        CREATE INDEX person_place ON person (place, login);
        """

    /// A post stays the same while its holders come and go: duties hang on the post. Days are inclusive; an open end is
    /// NULL. `people_version` counts every change of people, posts and rights, so that a node may remember them.
    private static let postsAndRights = """
        CREATE TABLE post (
            id BYTEA PRIMARY KEY,
            role TEXT NOT NULL,
            place TEXT NOT NULL,
            from_day TEXT NOT NULL,
            to_day TEXT
        );
        CREATE INDEX post_place ON post (place, role);
        CREATE TABLE post_holding (
            id BYTEA PRIMARY KEY,
            post BYTEA NOT NULL REFERENCES post (id),
            person BYTEA NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (kind IN ('holder', 'deputy')),
            from_day TEXT NOT NULL,
            to_day TEXT
        );
        CREATE INDEX post_holding_person ON post_holding (person);
        CREATE INDEX post_holding_post ON post_holding (post);
        CREATE TABLE role_right (
            role TEXT NOT NULL,
            right_code TEXT NOT NULL,
            reach TEXT NOT NULL CHECK (reach IN ('within', 'city')),
            source TEXT NOT NULL CHECK (source IN ('default', 'local')),
            PRIMARY KEY (role, right_code)
        );
        CREATE TABLE role_code (
            role TEXT PRIMARY KEY,
            needs_code BIGINT NOT NULL CHECK (needs_code IN (0, 1)),
            source TEXT NOT NULL CHECK (source IN ('default', 'local'))
        );
        CREATE TABLE right_known (
            right_code TEXT PRIMARY KEY
        );
        CREATE TABLE people_version (
            id BIGINT PRIMARY KEY CHECK (id = 1),
            version BIGINT NOT NULL
        );
        """

    private static let sessions = """
        CREATE TABLE session (
            token_hash BYTEA PRIMARY KEY,
            person BYTEA NOT NULL REFERENCES person (id),
            stage TEXT NOT NULL CHECK (stage IN ('code', 'open')),
            created_at BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            address TEXT NOT NULL,
            agent TEXT NOT NULL
        );
        CREATE INDEX session_person ON session (person);
        CREATE INDEX session_expires ON session (expires_at);
        CREATE TABLE sign_in_throttle (
            bucket BYTEA PRIMARY KEY,
            failures BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            blocked_until BIGINT NOT NULL,
            known_until BIGINT NOT NULL
        );
        CREATE INDEX sign_in_throttle_last ON sign_in_throttle (last_at);
        """

    /// Lines are never changed; the sealer alone fills `leaf_index` in, with -1 for a line that nobody of ours wrote,
    /// so that it is neither sealed nor looked at again. No table refers to a line and a line refers to
    /// none, so that an erasure or a restore never has to touch it.
    private static let record = """
        CREATE TABLE record_line (
            id BYTEA PRIMARY KEY,
            at BIGINT NOT NULL,
            actor_kind TEXT NOT NULL CHECK (actor_kind IN ('person', 'owner', 'system', 'visitor')),
            person BYTEA,
            label BYTEA NOT NULL,
            act TEXT NOT NULL,
            subject_kind TEXT NOT NULL,
            subject_id TEXT NOT NULL,
            place TEXT NOT NULL,
            value_before TEXT,
            value_after TEXT,
            request_id TEXT NOT NULL,
            witness BYTEA NOT NULL,
            leaf_index BIGINT
        );
        CREATE INDEX record_line_unsealed ON record_line (id) WHERE leaf_index IS NULL;
        CREATE INDEX record_line_subject ON record_line (subject_kind, subject_id, id);
        CREATE INDEX record_line_person ON record_line (person, id) WHERE person IS NOT NULL;
        CREATE TABLE record_leaf (
            idx BIGINT PRIMARY KEY CHECK (idx >= 0),
            line BYTEA NOT NULL,
            hash BYTEA NOT NULL,
            witness BYTEA NOT NULL
        );
        CREATE TABLE record_block (
            idx BIGINT PRIMARY KEY CHECK (idx >= 0),
            root BYTEA NOT NULL
        );
        CREATE TABLE tree_head (
            size BIGINT PRIMARY KEY CHECK (size > 0),
            root BYTEA NOT NULL,
            at BIGINT NOT NULL,
            suite TEXT NOT NULL,
            frontier BYTEA NOT NULL,
            key_id TEXT NOT NULL,
            signature BYTEA NOT NULL
        );
        CREATE TABLE record_lease (
            id BIGINT PRIMARY KEY CHECK (id = 1),
            holder TEXT NOT NULL,
            held_until BIGINT NOT NULL
        );
        """
    /// `places` are codes with a space between them; the empty text is the whole country.
    private static let tokens = """
        CREATE TABLE api_token (
            id BYTEA PRIMARY KEY,
            person BYTEA NOT NULL REFERENCES person (id),
            title TEXT NOT NULL,
            secret_hash BYTEA NOT NULL UNIQUE,
            access TEXT NOT NULL CHECK (access IN ('read', 'write')),
            places TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            last_used_on TEXT,
            revoked_at BIGINT
        );
        CREATE INDEX api_token_person ON api_token (person);
        """
}
