import AccountLedger
import Foundation
import Hummingbird
import ServiceLifecycle
import Synchronization

/// A stand-in for a platform that keeps the providers' tokens and lends access to mailboxes.
///
/// It knows nothing of the application's users: only mailboxes, and grants for them. Its API is
/// made up, and is what the APIs of such platforms have in common.
final class MailPlatform: Service {
    /// A message of a mailbox.
    struct Message: Codable, Sendable {
        let time: String
        let from: String
        let subject: String
    }

    /// What a code is exchanged for.
    struct Grant: Codable, Sendable {
        let id: String
        let provider: String
        let email: String
    }

    private struct State {
        var messages: [String: [Message]]
        /// The mailbox of each grant that works.
        var grants: [String: String] = [:]
        var grantCount = 0
        /// The mailbox of each code that was not exchanged yet.
        var codes: [String: String] = [:]
        /// How often a code was brought, whether it is known or not.
        var exchangeCount = 0
        var slowMailboxes: Set<String> = []
    }

    let name: PlatformID
    /// What its mailboxes are connected as.
    let toolkit: ToolkitID
    let server = LoopbackServer()
    private let provider: String
    private let state: Mutex<State>

    init(
        _ name: PlatformID, toolkit: ToolkitID, provider: String, mailboxes: [String: [Message]]
    ) {
        self.name = name
        self.toolkit = toolkit
        self.provider = provider
        state = Mutex(State(messages: mailboxes))
    }

    func run() async throws {
        let router = Router()
        // The platform's page, on which the user says which mailbox, and yes; or it comes to an
        // error, as when the user says no.
        router.get("authorize") { request, _ in
            let query = request.uri.queryParameters
            guard let state = query["state"], let redirect = query["redirect"],
                let back = URL(string: String(redirect))
            else { throw HTTPError(.badRequest) }
            var items = [URLQueryItem(name: "state", value: String(state))]
            if let error = query["error"] {
                items.append(URLQueryItem(name: "error", value: String(error)))
            } else {
                let code = self.code(for: String(try query.require("mailbox")))
                items.append(URLQueryItem(name: "code", value: code))
            }
            return Response.redirect(to: back.appending(queryItems: items).absoluteString)
        }
        router.get("exchange") { request, _ in
            guard let code = request.uri.queryParameters["code"],
                let grant = self.exchange(String(code))
            else { throw HTTPError(.notFound) }
            return try LoopbackServer.json(grant)
        }
        router.get("grants/:grant/messages") { _, context in
            guard let mailbox = self.mailbox(of: try context.parameters.require("grant")) else {
                throw HTTPError(.unauthorized)
            }
            while self.isSlow(mailbox) { try await Task.sleep(for: .milliseconds(10)) }
            return try LoopbackServer.json(self.messages(in: mailbox))
        }
        try await server.run(router)
    }

    // MARK: What happens at a platform, whoever uses it

    /// A user has changed the mailbox's password: grants for it do not work any more.
    func changePassword(of mailbox: String) {
        state.withLock { state in state.grants = state.grants.filter { $0.value != mailbox } }
    }

    /// The mailbox takes long to answer from now on, or does not any more.
    func setSlow(_ mailbox: String, _ isSlow: Bool) {
        state.withLock { state in
            if isSlow {
                state.slowMailboxes.insert(mailbox)
            } else {
                state.slowMailboxes.remove(mailbox)
            }
        }
    }

    /// How often somebody asked for a grant in exchange for a code.
    var exchangeCount: Int { state.withLock(\.exchangeCount) }

    // MARK: What its routes do

    private func code(for mailbox: String) -> String {
        let code = UUID().uuidString
        state.withLock { $0.codes[code] = mailbox }
        return code
    }

    private func exchange(_ code: String) -> Grant? {
        state.withLock { state in
            state.exchangeCount += 1
            guard let mailbox = state.codes.removeValue(forKey: code) else { return nil }
            state.grantCount += 1
            let id = "\(name)-\(state.grantCount)"
            state.grants[id] = mailbox
            return Grant(id: id, provider: provider, email: mailbox)
        }
    }

    private func mailbox(of grant: String) -> String? { state.withLock { $0.grants[grant] } }

    private func isSlow(_ mailbox: String) -> Bool {
        state.withLock { $0.slowMailboxes.contains(mailbox) }
    }

    private func messages(in mailbox: String) -> [Message] {
        state.withLock { $0.messages[mailbox] ?? [] }
    }
}

extension MailPlatform {
    /// Three platforms with four mailboxes.
    static var three: [MailPlatform] {
        [
            MailPlatform(
                "mailbridge", toolkit: "gmail", provider: "google",
                mailboxes: [
                    "ana@work.example": [
                        Message(time: "08:40", from: "ben", subject: "The build is green"),
                        Message(time: "09:15", from: "cleo", subject: "Lunch?"),
                    ],
                    "ana@home.example": [
                        Message(time: "07:55", from: "dad", subject: "Photos of the weekend")
                    ],
                ]),
            MailPlatform(
                "postbox", toolkit: "outlook", provider: "microsoft",
                mailboxes: [
                    "ana@studio.example": [
                        Message(time: "09:02", from: "eva", subject: "The invoice")
                    ]
                ]),
            MailPlatform(
                "lettergate", toolkit: "icloud", provider: "icloud",
                mailboxes: [
                    "ana@club.example": [
                        Message(time: "08:58", from: "finn", subject: "Training moves to Thursday")
                    ]
                ]),
        ]
    }
}
