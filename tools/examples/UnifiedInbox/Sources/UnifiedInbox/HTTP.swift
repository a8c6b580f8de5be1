import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Requests to other services.
enum HTTP {
    /// An answer.
    struct Answer: Sendable {
        let status: Int
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// An answer that nobody expects.
    struct Unexpected: Error {
        var status: Int?
    }

    /// Gets what is at an address, also where other addresses lead to it, as a browser does.
    ///
    /// Cancelling the task ends the request.
    static func get(_ address: URL) async throws -> Answer {
        try await send(URLRequest(url: address), in: .shared)
    }

    fileprivate static func send(
        _ request: URLRequest, in session: URLSession
    ) async throws -> Answer {
        let (body, response) = try await session.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw Unexpected() }
        return Answer(status: response.statusCode, body: body)
    }
}

/// Somebody's browser: it has cookies of its own, and goes where answers send it.
struct Browser: Sendable {
    private let session = URLSession(configuration: .ephemeral)

    func get(_ address: URL) async throws -> HTTP.Answer {
        try await HTTP.send(URLRequest(url: address), in: session)
    }

    func post(to address: URL) async throws -> HTTP.Answer {
        var request = URLRequest(url: address)
        request.httpMethod = "POST"
        return try await HTTP.send(request, in: session)
    }
}

extension Optional {
    /// The value, where nothing else can go on.
    func orThrow() throws -> Wrapped {
        guard let self else { throw HTTP.Unexpected() }
        return self
    }
}
