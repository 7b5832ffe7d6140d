import HTTPTypes
import Kernel
import Store

/// Writes the text format of Prometheus, version 0.0.4.
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text = ""

    /// Begins a family of samples.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: some Numeric) {
        let pairs = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        text += pairs.isEmpty ? "\(name) \(value)\n" : "\(name){\(pairs)} \(value)\n"
    }

    /// A family of one sample.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: some Numeric) {
        family(name, kind, help)
        sample(name, [:], value)
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}

extension Hall {
    /// Everything `/metrics` tells: counts and times, no names and no ids.
    public var metricsAnswer: Answer {
        var text = MetricsText()
        text.family("yiju_build_info", .gauge, "What runs here.")
        text.sample("yiju_build_info", ["version": Build.version, "engine": database.dialect.rawValue], 1)
        appendRequests(to: &text)
        appendStore(to: &text)
        ProcessFigures.now().append(to: &text)
        return Answer(json: text.text, type: "text/plain; version=0.0.4; charset=utf-8")
    }

    private func appendRequests(to text: inout MetricsText) {
        let asked = metrics.meters.map { ($0, $0.tally) }.filter { $0.1.count > 0 }
        text.family("yiju_http_requests_total", .counter, "Requests answered, by route and class of status.")
        for (meter, tally) in asked {
            for (index, count) in tally.answers.enumerated() where count > 0 {
                text.sample(
                    "yiju_http_requests_total",
                    ["method": meter.method, "route": meter.path, "status": "\(index + 1)xx"], count)
            }
        }
        let name = "yiju_http_request_duration_seconds"
        text.family(name, .histogram, "Until the answer was made, by route.")
        for (meter, tally) in asked {
            var below = 0
            for (bound, count) in zip(Meter.bounds.map { "\($0)" } + ["+Inf"], tally.buckets) {
                below += count
                text.sample(name + "_bucket", ["method": meter.method, "route": meter.path, "le": bound], below)
            }
            text.sample(name + "_sum", ["method": meter.method, "route": meter.path], Double(tally.time) / 1e9)
            text.sample(name + "_count", ["method": meter.method, "route": meter.path], below)
        }
    }

    private func appendStore(to text: inout MetricsText) {
        let (writes, sessions) = (database.statistics, database.sessions)
        text.single("yiju_write_acts_total", .counter, "Acts stored by the queue of writes.", writes.acts)
        text.single("yiju_write_commits_total", .counter, "Commits that they shared.", writes.commits)
        text.single("yiju_write_retries_total", .counter, "Repetitions because writers met.", writes.retries)
        text.single("yiju_write_waiting", .gauge, "Acts that wait for their commit.", writes.waiting)
        text.single("yiju_database_sessions", .gauge, "Sessions there are for readers.", sessions.limit)
        text.single("yiju_database_sessions_busy", .gauge, "Sessions at work.", sessions.busy)
        text.single("yiju_database_sessions_awaited", .gauge, "Callers who wait for a session.", sessions.waiting)
    }
}
