import Foundation
import Frame
import HTTPTypes
import HummingbirdTesting
import Identity
import NIOCore

/// The page that forms say they were on.
private let page = "http://localhost/account?x=1"

/// What a browser does, with a session's token.
extension TestClientProtocol {
    func get(_ path: String, _ token: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await execute(uri: path, method: .get, headers: headers.with(token))
    }

    func head(_ path: String, _ token: String) async throws -> TestResponse {
        try await execute(uri: path, method: .head, headers: HTTPFields().with(token))
    }

    func post(_ path: String, _ token: String, _ fields: [(String, String)] = []) async throws -> TestResponse {
        let sent = (fields + [("csrf", CSRF.token(for: token))]).map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        let headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded", .referer: page,
        ]
        return try await execute(
            uri: path, method: .post, headers: headers.with(token),
            body: ByteBuffer(string: sent.joined(separator: "&")))
    }

    /// What a page's own script does: JSON, with the form token in a header.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ token: String, type: String, _ body: String
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.contentType: type, .ifMatch: "*"]
        if let name = HTTPField.Name("X-CSRF-Token") { headers[name] = CSRF.token(for: token) }
        return try await execute(
            uri: path, method: method, headers: headers.with(token), body: ByteBuffer(string: body))
    }

    func upload(
        _ path: String, _ token: String, _ fields: [(String, String)], file: String? = nil
    ) async throws -> TestResponse {
        var parts = ([("csrf", CSRF.token(for: token))] + fields).map { name, value in
            "--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        if let file {
            let disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n"
            parts.append("--edge\r\n\(disposition)Content-Type: text/csv\r\n\r\n\(file)\r\n")
        }
        let headers: HTTPFields = [.contentType: "multipart/form-data; boundary=edge", .referer: page]
        return try await execute(
            uri: path, method: .post, headers: headers.with(token),
            body: ByteBuffer(string: parts.joined() + "--edge--\r\n"))
    }
}

/// One file of a form.
struct SentFile {
    let field: String
    let name: String
    let bytes: [UInt8]
}

extension TestClientProtocol {
    /// A form that brings files.
    func send(
        _ path: String, _ token: String, _ fields: [(String, String)] = [], _ files: [SentFile]
    ) async throws -> TestResponse {
        let lead = "--edge\r\nContent-Disposition: form-data; name="
        var body: [UInt8] = []
        for (name, value) in [("csrf", CSRF.token(for: token))] + fields {
            body += "\(lead)\"\(name)\"\r\n\r\n\(value)\r\n".utf8
        }
        for file in files {
            body += "\(lead)\"\(file.field)\"; filename=\"\(file.name)\"\r\n\r\n".utf8
            body += file.bytes + Array("\r\n".utf8)
        }
        let headers: HTTPFields = [.contentType: "multipart/form-data; boundary=edge", .referer: page]
        return try await execute(
            uri: path, method: .post, headers: headers.with(token),
            body: ByteBuffer(bytes: body + Array("--edge--\r\n".utf8)))
    }
}

extension HTTPFields {
    fileprivate func with(_ token: String) -> HTTPFields {
        var fields = self
        fields[.cookie] = "yiju_session=\(token)"
        return fields
    }
}
