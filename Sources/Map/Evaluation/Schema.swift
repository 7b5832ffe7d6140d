public import Store

/// The tables of the comprehensive evaluation.
public enum EvaluationSchema {
    public static let schema = Schema(
        room: "evaluation",
        migrations: [
            Schema.Migration("002-weighting", weighting),
            Schema.Migration("003-publication", publication),
            Schema.Migration("004-appeals", appeals),
        ],
        tables: [
            .init("weighting_session", key: "id"),
            .init("weighting_expert", key: "session, person"),
            .init("weighting_judgement", key: "session, person, version"),
            .init("resident_weights", key: "id"),
            .init("publication", key: "id"),
            .init("appeal", key: "id"),
        ])
}
