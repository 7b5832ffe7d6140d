public import Store

/// The tables of the one ledger.
public enum LedgerSchema {
    public static let schema = Schema(
        room: "ledger",
        migrations: [
            Schema.Migration("001-journal", journal), Schema.Migration("002-contributions", contributions),
            Schema.Migration("003-desk", desk),
            Schema.Migration("004-bank", bank), Schema.Migration("005-layout", layout, finish: LedgerLayout.apply),
            Schema.Migration("006-bank-statement", bankStatement),
            Schema.Migration("007-letters", letters),
            Schema.Migration("008-corrections", corrections),
        ],
        tables: [
            .init("ledger_state", key: "id"),
            .init("period", key: "until"),
            .init("fund_source", key: "code, version"),
            .init("contract", key: "code, version"),
            .init("clearance", key: "id"),
            .init("slice", key: "id"),
            .init("cell", key: "id"),
            .init("journal_entry", key: "number"),
            .init("posting", key: "entry, line"),
            .init("hold", key: "entry"),
            .init("finding", key: "entry, position"),
            .init("repair_fund", key: "building"),
            .init("appraisal", key: "project, party"),
            .init("saved_question", key: "id"),
            .init("ledger_import", key: "id"),
            .init("bank_line", key: "id"),
            .init("bank_statement", key: "id"),
            .init("household_letter", key: "project, party"),
            .init("kept_household", key: "person, project, party"),
            .init("share_reason", key: "project, party"),
        ])

    /// Money is in fen, shares in ten-thousandths. `since` is the number of the last entry before a version held, so
    /// that the journal can be posted again under what held then. Odd lines of postings debit their cell, even ones
    /// credit theirs; `amount` is what the balance gains. Numbers of slices and cells count from 1 without a gap.
    /// Postings and cells have no foreign keys, which would be looked up at each of millions; `verify` looks.
    private static let journal = """
        CREATE TABLE ledger_state (
            id BIGINT PRIMARY KEY CHECK (id = 1),
            last BIGINT NOT NULL CHECK (last >= 0),
            chain BYTEA NOT NULL,
            recorded BIGINT NOT NULL,
            terms BIGINT NOT NULL
        );
        CREATE TABLE period (
            until TEXT PRIMARY KEY,
            since BIGINT NOT NULL,
            closed_at BIGINT NOT NULL
        );
        CREATE TABLE fund_source (
            code TEXT NOT NULL,
            version BIGINT NOT NULL,
            since BIGINT NOT NULL,
            zh TEXT NOT NULL,
            en TEXT NOT NULL,
            kind TEXT NOT NULL,
            document TEXT NOT NULL,
            amount BIGINT NOT NULL CHECK (amount >= 0),
            uses TEXT NOT NULL,
            places TEXT NOT NULL,
            year_from BIGINT NOT NULL,
            year_to BIGINT NOT NULL CHECK (year_to >= year_from),
            share BIGINT NOT NULL CHECK (share BETWEEN 0 AND 10000),
            priority BIGINT NOT NULL,
            PRIMARY KEY (code, version)
        );
        CREATE TABLE contract (
            code TEXT NOT NULL,
            version BIGINT NOT NULL,
            since BIGINT NOT NULL,
            title TEXT NOT NULL,
            project TEXT NOT NULL,
            party TEXT NOT NULL,
            price BIGINT NOT NULL CHECK (price >= 0),
            variations BIGINT NOT NULL,
            retention BIGINT NOT NULL CHECK (retention BETWEEN 0 AND 10000),
            retention_until TEXT NOT NULL,
            wages BIGINT NOT NULL CHECK (wages BETWEEN 0 AND 10000),
            disputed BIGINT NOT NULL CHECK (disputed IN (0, 1)),
            clearance BYTEA UNIQUE,
            PRIMARY KEY (code, version)
        );
        CREATE INDEX contract_project ON contract (project);
        CREATE TABLE clearance (
            id BYTEA PRIMARY KEY,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            issuer TEXT NOT NULL,
            amount BIGINT CHECK (amount >= 0),
            from_day TEXT NOT NULL,
            until_day TEXT,
            issued_at BIGINT NOT NULL,
            used BIGINT NOT NULL DEFAULT 0
        );
        CREATE INDEX clearance_subject ON clearance (subject, kind);
        CREATE TABLE slice (
            id BIGINT PRIMARY KEY,
            source TEXT NOT NULL,
            project TEXT NOT NULL,
            area TEXT NOT NULL,
            item TEXT NOT NULL,
            party TEXT NOT NULL,
            contract TEXT NOT NULL,
            year BIGINT NOT NULL
        );
        CREATE INDEX slice_project ON slice (project);
        CREATE TABLE cell (
            id BIGINT PRIMARY KEY,
            stage TEXT NOT NULL,
            measure TEXT NOT NULL CHECK (measure IN ('fen', 'use')),
            is_total BIGINT NOT NULL CHECK (is_total IN (0, 1)),
            slice BIGINT NOT NULL,
            debit BIGINT NOT NULL,
            credit BIGINT NOT NULL,
            held BIGINT NOT NULL
        );
        CREATE INDEX cell_slice ON cell (slice);
        CREATE TABLE journal_entry (
            number BIGINT PRIMARY KEY,
            id BYTEA NOT NULL UNIQUE,
            key TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ('post', 'reserve', 'capture', 'release', 'expire', 'reverse')),
            stated TEXT NOT NULL,
            effective TEXT NOT NULL,
            recorded BIGINT NOT NULL,
            actor_kind TEXT NOT NULL,
            person BYTEA,
            authority_kind TEXT NOT NULL,
            authority_ref TEXT NOT NULL,
            clearance BYTEA,
            evidence TEXT NOT NULL,
            memo TEXT NOT NULL,
            manner TEXT NOT NULL CHECK (manner IN ('ordinary', 'fact', 'override')),
            reason TEXT NOT NULL,
            refers TEXT,
            until TEXT,
            corrects TEXT,
            content BYTEA NOT NULL,
            chain BYTEA NOT NULL
        );
        CREATE UNIQUE INDEX journal_entry_reversal ON journal_entry (refers) WHERE kind = 'reverse';
        CREATE TABLE posting (
            entry BIGINT NOT NULL,
            line BIGINT NOT NULL,
            move TEXT NOT NULL,
            cell BIGINT NOT NULL,
            slice BIGINT NOT NULL,
            amount BIGINT NOT NULL,
            held BIGINT NOT NULL,
            effective TEXT NOT NULL,
            PRIMARY KEY (entry, line)
        );
        CREATE INDEX posting_cell ON posting (cell, entry);
        CREATE TABLE hold (
            entry BIGINT PRIMARY KEY REFERENCES journal_entry (number),
            until TEXT NOT NULL,
            left_amount BIGINT NOT NULL CHECK (left_amount >= 0)
        );
        CREATE TABLE finding (
            entry BIGINT NOT NULL REFERENCES journal_entry (number),
            position BIGINT NOT NULL,
            rule TEXT NOT NULL,
            move BIGINT NOT NULL,
            asked BIGINT NOT NULL,
            allowed BIGINT NOT NULL,
            about TEXT NOT NULL,
            PRIMARY KEY (entry, position)
        );
        CREATE INDEX finding_rule ON finding (rule, entry);
        """

    /// What a building's repair fund holds, fen; what the use of space that a party gives is worth: hundredths of
    /// m²·year and fen. `stat` is a source's own code in the national statistics; empty for that of its kind.
    private static let contributions = """
        CREATE TABLE repair_fund (
            building TEXT PRIMARY KEY,
            place TEXT NOT NULL,
            balance BIGINT NOT NULL CHECK (balance >= 0),
            day TEXT NOT NULL,
            document TEXT NOT NULL
        );
        CREATE TABLE appraisal (
            project TEXT NOT NULL,
            party TEXT NOT NULL,
            amount_of_use BIGINT NOT NULL CHECK (amount_of_use > 0),
            value BIGINT NOT NULL CHECK (value > 0),
            appraiser TEXT NOT NULL,
            from_day TEXT NOT NULL,
            until_day TEXT NOT NULL,
            rate TEXT NOT NULL,
            document TEXT NOT NULL,
            PRIMARY KEY (project, party)
        );
        ALTER TABLE fund_source ADD COLUMN stat TEXT NOT NULL DEFAULT '';
        CREATE INDEX slice_source ON slice (source);
        """

    /// A question is its address's query string. `file` is the SHA-256 of a table that was brought, `report` what would
    /// become or became of its rows.
    private static let desk = """
        CREATE TABLE saved_question (
            id BYTEA PRIMARY KEY,
            name TEXT NOT NULL,
            query TEXT NOT NULL,
            owner BYTEA,
            place TEXT NOT NULL,
            shared BIGINT NOT NULL CHECK (shared IN (0, 1)),
            created_at BIGINT NOT NULL
        );
        CREATE INDEX saved_question_owner ON saved_question (owner);
        CREATE TABLE ledger_import (
            id BYTEA PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('budget', 'receipts', 'payments')),
            state TEXT NOT NULL CHECK (state IN ('previewed', 'applied', 'discarded')),
            place TEXT NOT NULL,
            file TEXT NOT NULL,
            file_name TEXT NOT NULL,
            sheet TEXT NOT NULL,
            report TEXT NOT NULL,
            by_person BYTEA,
            by_label TEXT NOT NULL,
            at BIGINT NOT NULL
        );
        CREATE INDEX ledger_import_at ON ledger_import (at);
        """

    /// Lines of bank statements, and the cash of which entry each is: all of it, its wages, or the rest. Fen, above
    /// zero what came in.
    private static let bank = """
        CREATE TABLE bank_line (
            id TEXT PRIMARY KEY CHECK (length(id) = 64),
            account TEXT NOT NULL,
            day TEXT NOT NULL,
            amount BIGINT NOT NULL CHECK (amount <> 0),
            reference TEXT NOT NULL,
            entry BIGINT REFERENCES journal_entry (number),
            part TEXT CHECK (part IN ('all', 'cash', 'wages')),
            stored_at BIGINT NOT NULL,
            matched_at BIGINT,
            CHECK ((entry IS NULL) = (part IS NULL) AND (entry IS NULL) = (matched_at IS NULL)),
            UNIQUE (entry, part)
        );
        """

    /// The two postings of a step are of one slice and of two cells: found by their slice, they lie side by side.
    private static let layout = """
        DROP INDEX posting_cell;
        CREATE INDEX posting_slice ON posting (slice, entry);
        """

    /// Files that were brought, from their preview to what became of them. A line that was asked about, or whose match
    /// was taken back, is from then on matched by a person alone.
    private static let bankStatement = """
        ALTER TABLE bank_line ADD COLUMN doubt TEXT NOT NULL DEFAULT '' CHECK (doubt IN ('', 'asked', 'takenBack'));
        CREATE INDEX bank_line_day ON bank_line (day);
        CREATE TABLE bank_statement (
            id BYTEA PRIMARY KEY,
            state TEXT NOT NULL CHECK (state IN ('previewed', 'applied', 'discarded')),
            account TEXT NOT NULL,
            file TEXT NOT NULL,
            file_name TEXT NOT NULL,
            sheet TEXT NOT NULL,
            counts TEXT NOT NULL,
            by_person BYTEA,
            by_label TEXT NOT NULL,
            at BIGINT NOT NULL
        );
        CREATE INDEX bank_statement_at ON bank_statement (at);
        """

    /// Letters by which households see their own share: of a code its digest alone, none once it was revoked. Who keeps
    /// which household in the account; why a household pays what it promised, told once for all, fen.
    private static let letters = """
        CREATE TABLE household_letter (
            project TEXT NOT NULL,
            party TEXT NOT NULL,
            code_digest BYTEA UNIQUE,
            contact TEXT NOT NULL,
            due TEXT,
            made_at BIGINT NOT NULL,
            seen_at BIGINT,
            revoked_at BIGINT,
            PRIMARY KEY (project, party),
            CHECK ((code_digest IS NULL) = (revoked_at IS NOT NULL))
        );
        CREATE TABLE kept_household (
            person BYTEA NOT NULL,
            project TEXT NOT NULL,
            party TEXT NOT NULL,
            kept_at BIGINT NOT NULL,
            PRIMARY KEY (person, project, party),
            FOREIGN KEY (project, party) REFERENCES household_letter (project, party)
        );
        CREATE INDEX kept_household_party ON kept_household (project, party);
        CREATE TABLE share_reason (
            project TEXT NOT NULL,
            party TEXT NOT NULL,
            rule TEXT NOT NULL,
            version BIGINT NOT NULL,
            total BIGINT NOT NULL,
            together BIGINT NOT NULL CHECK (together <= total),
            amount BIGINT NOT NULL CHECK (amount > 0 AND amount <= together),
            reasons TEXT NOT NULL,
            stated_at BIGINT NOT NULL,
            PRIMARY KEY (project, party)
        );
        """

    /// From an entry to those that correct it or refer to it. Nearly none do, so that posting writes neither.
    private static let corrections = """
        CREATE INDEX journal_entry_corrects ON journal_entry (corrects) WHERE corrects IS NOT NULL;
        CREATE INDEX journal_entry_refers ON journal_entry (refers) WHERE refers IS NOT NULL;
        """
}
