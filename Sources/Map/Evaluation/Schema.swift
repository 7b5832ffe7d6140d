public import Store

/// The tables of the comprehensive evaluation.
public enum EvaluationSchema {
    public static let schema = Schema(room: "evaluation", migrations: [], tables: [])
}
