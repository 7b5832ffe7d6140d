public import Store

/// The tables of the register of estates.
public enum RegistrySchema {
    public static let schema = Schema(
        room: "registry",
        migrations: [
            Schema.Migration("001-places", places),
            Schema.Migration("002-estates", estates),
            Schema.Migration("003-projects", projects),
            Schema.Migration("004-forms-checks-imports", formsChecksImports),
            Schema.Migration("005-cells", cells, finish: MapCells.fill),
            Schema.Migration("006-outlines", outlines),
            Schema.Migration("007-photos", photos),
            Schema.Migration("008-field", field),
            Schema.Migration("009-building-cells", buildingCells),
        ],
        tables: [
            .init("city", key: "code"),
            .init("place", key: "code"),
            .init("stage", key: "code"),
            .init("estate", key: "id"),
            .init("estate_sheet", key: "estate"),
            .init("estate_words", key: "estate"),
            .init("estate_alias", key: "estate, name"),
            .init("estate_place", key: "estate, from_day, place"),
            .init("estate_issue", key: "estate, rule"),
            .init("building", key: "id"),
            .init("building_sheet", key: "building"),
            .init("entrance", key: "id"),
            .init("dwelling", key: "id"),
            .init("project", key: "id"),
            .init("project_stage", key: "project, position"),
            .init("project_estate", key: "project, estate"),
            .init("project_building", key: "project, building"),
            .init("project_measure", key: "id"),
            .init("survey_form", key: "subject, version"),
            .init("checklist", key: "id"),
            .init("checklist_entry", key: "id"),
            .init("import_mapping", key: "district, kind"),
            .init("import_batch", key: "id"),
            .init("estate_outline", key: "estate"),
            .init("photo", key: "id"),
            .init("field_item", key: "id"),
        ])

    /// A place's code is its key; a provisional neighbourhood code is marked by `confirmed = 0`.
    private static let places = """
        CREATE TABLE city (
            code TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_en TEXT NOT NULL,
            prefix TEXT NOT NULL,
            cutoff_year BIGINT NOT NULL DEFAULT 2000,
            generated BIGINT NOT NULL DEFAULT 0 CHECK (generated IN (0, 1)),
            as_of TEXT,
            notice_zh TEXT NOT NULL DEFAULT '',
            notice_en TEXT NOT NULL DEFAULT '',
            next_estate BIGINT NOT NULL DEFAULT 1,
            next_project BIGINT NOT NULL DEFAULT 1
        );
        CREATE TABLE place (
            code TEXT PRIMARY KEY,
            parent TEXT,
            level BIGINT NOT NULL CHECK (level IN (2, 4, 6, 9, 12)),
            name TEXT NOT NULL,
            name_en TEXT NOT NULL DEFAULT '',
            confirmed BIGINT NOT NULL DEFAULT 1 CHECK (confirmed IN (0, 1)),
            ended_on TEXT,
            merged_into TEXT
        );
        CREATE INDEX place_parent ON place (parent, name);
        CREATE TABLE stage (
            code TEXT PRIMARY KEY,
            position BIGINT NOT NULL UNIQUE,
            zh TEXT NOT NULL,
            en TEXT NOT NULL,
            tone TEXT NOT NULL CHECK (tone IN
                ('awaiting', 'programmed', 'works', 'accepted', 'aftercare', 'leftOut')),
            retired BIGINT NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
        );
        """

    /// `known_low` and `known_high` have a bit for every question of the form that is answered, in the form's order, so
    /// that completeness by field is a sum. `estate` holds what people filter and sort by; everything surveyed, with
    /// its source, lies in `estate_sheet`, so that a search over 220,000 estates reads slim rows. `search_key` is short
    /// enough for the indexes that searches scan (PostgreSQL takes 2,704 bytes an entry); what few estates have beyond
    /// it lies in `estate_words`. Areas are hundredths of m², degrees are CGCS2000.
    private static let estates = """
        CREATE TABLE estate (
            id BYTEA PRIMARY KEY,
            number TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            place TEXT NOT NULL,
            address TEXT NOT NULL DEFAULT '',
            official_code TEXT,
            built_from BIGINT,
            built_to BIGINT,
            households BIGINT CHECK (households >= 0),
            buildings BIGINT CHECK (buildings >= 0),
            floor_area BIGINT CHECK (floor_area >= 0),
            longitude DOUBLE PRECISION,
            latitude DOUBLE PRECISION,
            surveyed_on TEXT,
            stage TEXT NOT NULL,
            stage_day TEXT,
            programmed_year BIGINT,
            completed_year BIGINT,
            known_low BIGINT NOT NULL DEFAULT 0,
            known_high BIGINT NOT NULL DEFAULT 0,
            completeness BIGINT NOT NULL DEFAULT 0 CHECK (completeness BETWEEN 0 AND 1000),
            issues BIGINT NOT NULL DEFAULT 0,
            flags BIGINT NOT NULL DEFAULT 0,
            generated BIGINT NOT NULL DEFAULT 0 CHECK (generated IN (0, 1)),
            version BIGINT NOT NULL DEFAULT 1,
            changed_at BIGINT NOT NULL,
            search_key TEXT NOT NULL,
            sort_key BYTEA NOT NULL
        );
        CREATE INDEX estate_by_place ON estate (place, search_key, stage, id);
        CREATE INDEX estate_list ON estate (sort_key, id, search_key, place, stage, flags, issues, built_from, built_to,
            households, buildings, floor_area);
        CREATE UNIQUE INDEX estate_official ON estate (official_code) WHERE official_code IS NOT NULL;
        CREATE TABLE estate_sheet (
            estate BYTEA PRIMARY KEY REFERENCES estate (id),
            facts TEXT NOT NULL
        );
        CREATE TABLE estate_words (
            estate BYTEA PRIMARY KEY REFERENCES estate (id),
            search_key TEXT NOT NULL
        );
        CREATE TABLE estate_alias (
            estate BYTEA NOT NULL REFERENCES estate (id),
            name TEXT NOT NULL,
            PRIMARY KEY (estate, name)
        );
        CREATE INDEX estate_alias_name ON estate_alias (name);
        CREATE TABLE estate_place (
            estate BYTEA NOT NULL REFERENCES estate (id),
            place TEXT NOT NULL,
            from_day TEXT NOT NULL,
            to_day TEXT,
            PRIMARY KEY (estate, from_day, place)
        );
        CREATE TABLE estate_issue (
            estate BYTEA NOT NULL REFERENCES estate (id),
            rule TEXT NOT NULL,
            place TEXT NOT NULL,
            detail TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (estate, rule)
        );
        CREATE INDEX estate_issue_place ON estate_issue (rule, place);
        CREATE TABLE building (
            id BYTEA PRIMARY KEY,
            estate BYTEA NOT NULL REFERENCES estate (id),
            place TEXT NOT NULL,
            name TEXT NOT NULL,
            official_code TEXT,
            built_year BIGINT,
            floors BIGINT CHECK (floors >= 0),
            entrances BIGINT CHECK (entrances >= 0),
            households BIGINT CHECK (households >= 0),
            floor_area BIGINT CHECK (floor_area >= 0),
            longitude DOUBLE PRECISION,
            latitude DOUBLE PRECISION,
            footprint TEXT,
            version BIGINT NOT NULL DEFAULT 1,
            UNIQUE (estate, name)
        );
        CREATE INDEX building_place ON building (place);
        CREATE TABLE building_sheet (
            building BYTEA PRIMARY KEY REFERENCES building (id),
            facts TEXT NOT NULL
        );
        CREATE TABLE entrance (
            id BYTEA PRIMARY KEY,
            building BYTEA NOT NULL REFERENCES building (id),
            name TEXT NOT NULL,
            UNIQUE (building, name)
        );
        CREATE TABLE dwelling (
            id BYTEA PRIMARY KEY,
            entrance BYTEA NOT NULL REFERENCES entrance (id),
            name TEXT NOT NULL,
            floor_area BIGINT CHECK (floor_area >= 0),
            official_code TEXT,
            UNIQUE (entrance, name)
        );
        """

    /// A project is a set of measures on buildings, on the grounds between them and on new facilities.
    private static let projects = """
        CREATE TABLE project (
            id BYTEA PRIMARY KEY,
            number TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            place TEXT NOT NULL,
            stage TEXT NOT NULL REFERENCES stage (code),
            stage_day TEXT NOT NULL,
            planned_year BIGINT,
            finished_year BIGINT,
            generated BIGINT NOT NULL DEFAULT 0 CHECK (generated IN (0, 1)),
            version BIGINT NOT NULL DEFAULT 1,
            changed_at BIGINT NOT NULL
        );
        CREATE INDEX project_place ON project (place);
        CREATE TABLE project_stage (
            project BYTEA NOT NULL REFERENCES project (id),
            position BIGINT NOT NULL,
            stage TEXT NOT NULL REFERENCES stage (code),
            day TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (project, position)
        );
        CREATE TABLE project_estate (
            project BYTEA NOT NULL REFERENCES project (id),
            estate BYTEA NOT NULL REFERENCES estate (id),
            PRIMARY KEY (project, estate)
        );
        CREATE INDEX project_estate_back ON project_estate (estate);
        CREATE TABLE project_building (
            project BYTEA NOT NULL REFERENCES project (id),
            building BYTEA NOT NULL REFERENCES building (id),
            PRIMARY KEY (project, building)
        );
        CREATE INDEX project_building_back ON project_building (building);
        CREATE TABLE project_measure (
            id BYTEA PRIMARY KEY,
            project BYTEA NOT NULL REFERENCES project (id),
            item TEXT NOT NULL,
            target TEXT NOT NULL CHECK (target IN ('building', 'grounds', 'facility')),
            building BYTEA REFERENCES building (id),
            estate BYTEA REFERENCES estate (id),
            note TEXT NOT NULL DEFAULT ''
        );
        CREATE INDEX project_measure_project ON project_measure (project);
        """

    private static let formsChecksImports = """
        CREATE TABLE survey_form (
            subject TEXT NOT NULL CHECK (subject IN ('estate', 'building')),
            version BIGINT NOT NULL,
            day TEXT NOT NULL,
            source TEXT NOT NULL,
            definition TEXT NOT NULL,
            PRIMARY KEY (subject, version)
        );
        CREATE TABLE checklist (
            id BYTEA PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('demolition', 'gradeD', 'heritage', 'subsidised')),
            source TEXT NOT NULL,
            day TEXT NOT NULL,
            place TEXT NOT NULL,
            imported_at BIGINT NOT NULL
        );
        CREATE TABLE checklist_entry (
            id BYTEA PRIMARY KEY,
            checklist BYTEA NOT NULL REFERENCES checklist (id),
            estate BYTEA REFERENCES estate (id),
            row_number BIGINT NOT NULL,
            name TEXT NOT NULL,
            place TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT ''
        );
        CREATE INDEX checklist_entry_estate ON checklist_entry (estate);
        CREATE INDEX checklist_entry_list ON checklist_entry (checklist, row_number);
        CREATE TABLE import_mapping (
            district TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('estates', 'buildings', 'checklist')),
            name TEXT NOT NULL,
            definition TEXT NOT NULL,
            PRIMARY KEY (district, kind)
        );
        CREATE TABLE import_batch (
            id BYTEA PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('estates', 'buildings', 'checklist')),
            state TEXT NOT NULL CHECK (state IN ('previewed', 'applied', 'discarded')),
            place TEXT NOT NULL,
            file TEXT NOT NULL,
            file_name TEXT NOT NULL,
            options TEXT NOT NULL,
            report TEXT NOT NULL,
            by_person BYTEA,
            by_label TEXT NOT NULL,
            at BIGINT NOT NULL
        );
        CREATE INDEX import_batch_at ON import_batch (at);
        """

    /// Where estates and buildings lie on the map, as Morton cells (`Cell`): a tile is a range of them. The index holds
    /// all that a tile shows of an estate.
    private static let cells = """
        ALTER TABLE estate ADD COLUMN cell BIGINT;
        ALTER TABLE estate ADD COLUMN works_year BIGINT;
        ALTER TABLE building ADD COLUMN cell BIGINT;
        CREATE INDEX estate_cell ON estate (cell, place, stage, programmed_year, works_year, completed_year, longitude,
            latitude, households, buildings, floor_area, built_from, built_to, issues, name, number, id);
        CREATE INDEX building_cell ON building (cell);
        """

    /// `outline` is GeoJSON in CGCS2000, `area_m2` what it covers. Files of outlines are batches like others; SQLite
    /// changes no CHECK of a table that exists, so the table is made anew.
    private static let outlines = """
        CREATE TABLE estate_outline (
            estate BYTEA PRIMARY KEY REFERENCES estate (id),
            outline TEXT NOT NULL,
            west DOUBLE PRECISION NOT NULL,
            south DOUBLE PRECISION NOT NULL,
            east DOUBLE PRECISION NOT NULL,
            north DOUBLE PRECISION NOT NULL,
            area_m2 DOUBLE PRECISION NOT NULL CHECK (area_m2 > 0)
        );
        CREATE INDEX estate_outline_west ON estate_outline (west);
        ALTER TABLE import_batch RENAME TO import_batch_before;
        CREATE TABLE import_batch (
            id BYTEA PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('estates', 'buildings', 'checklist', 'outlines')),
            state TEXT NOT NULL CHECK (state IN ('previewed', 'applied', 'discarded')),
            place TEXT NOT NULL,
            file TEXT NOT NULL,
            file_name TEXT NOT NULL,
            options TEXT NOT NULL,
            report TEXT NOT NULL,
            by_person BYTEA,
            by_label TEXT NOT NULL,
            at BIGINT NOT NULL
        );
        INSERT INTO import_batch (id, kind, state, place, file, file_name, options, report, by_person, by_label, at)
        SELECT id, kind, state, place, file, file_name, options, report, by_person, by_label, at
        FROM import_batch_before;
        DROP TABLE import_batch_before;
        CREATE INDEX import_batch_at ON import_batch (at);
        """

    /// The contents lie in the file store under their digests. A removed photo keeps its row, so that its files stay.
    private static let photos = """
        CREATE TABLE photo (
            id BYTEA PRIMARY KEY,
            estate BYTEA NOT NULL REFERENCES estate (id),
            building BYTEA REFERENCES building (id),
            question TEXT,
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            thumb_digest TEXT NOT NULL CHECK (length(thumb_digest) = 64),
            bytes BIGINT NOT NULL CHECK (bytes > 0),
            width BIGINT NOT NULL CHECK (width > 0),
            height BIGINT NOT NULL CHECK (height > 0),
            taken_at BIGINT,
            longitude DOUBLE PRECISION,
            latitude DOUBLE PRECISION,
            caption TEXT NOT NULL DEFAULT '',
            uploaded_at BIGINT NOT NULL,
            uploaded_by BYTEA,
            removed_at BIGINT
        );
        CREATE INDEX photo_estate ON photo (estate, uploaded_at);
        CREATE INDEX photo_location ON photo (longitude, latitude) WHERE longitude IS NOT NULL;
        CREATE INDEX photo_digest ON photo (digest);
        CREATE INDEX photo_thumb ON photo (thumb_digest);
        """

    /// A tile takes of the cells around it what reaches over its edge: told without reading the other buildings.
    private static let buildingCells = """
        DROP INDEX building_cell;
        CREATE INDEX building_cell ON building (cell, longitude, latitude, place);
        """

    /// What phones brought, by the id that each item was given there; `detail` is a `FieldDetail`. Items for estates
    /// that are not there are kept too, as refused.
    private static let field = """
        CREATE TABLE field_item (
            id BYTEA PRIMARY KEY,
            estate BYTEA NOT NULL,
            person BYTEA,
            received_at BIGINT NOT NULL,
            at BIGINT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'unchanged', 'conflict', 'refused', 'settled')),
            detail TEXT NOT NULL
        );
        CREATE INDEX field_item_outcome ON field_item (outcome, at);
        """
}
