import Foundation
import Hummingbird
import Logging
import NIOCore

/// A web server on loopback, on a port that the system chooses.
struct LoopbackServer: Sendable {
    /// Tells of failures only, on standard error.
    static let quietLogger = {
        var logger = Logger(label: "unified-inbox")
        logger.logLevel = .error
        return logger
    }()

    private let started = Started()

    /// Serves until the group of services shuts down.
    func run(_ router: Router<BasicRequestContext>) async throws {
        let application = Hummingbird.Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                await started.begin(at: channel.localAddress?.port ?? 0)
            }, logger: Self.quietLogger)
        try await application.run()
    }

    /// Where it listens; waits until it does.
    var address: URL {
        get async { await started.address }
    }

    /// An answer in JSON.
    static func json(_ value: some Encodable) throws -> Response {
        let body = try JSONEncoder().encode(value)
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// The address of a server, once there is one.
private actor Started {
    private var found: URL?
    private var waiting: [CheckedContinuation<URL, Never>] = []

    var address: URL {
        get async {
            if let found { return found }
            return await withCheckedContinuation { waiting.append($0) }
        }
    }

    func begin(at port: Int) {
        found = URL(string: "http://127.0.0.1:\(port)")
        guard let found else { return }
        for continuation in waiting { continuation.resume(returning: found) }
        waiting = []
    }
}
