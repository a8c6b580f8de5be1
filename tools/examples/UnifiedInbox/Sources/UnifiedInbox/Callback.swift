import AccountLedger
import Foundation
import Hummingbird

/// The end of an authorization, to which a platform sends the browser back.
///
/// Anybody can make any browser come here with anything, so the order matters: who is it, is the
/// state one that this user began, did the platform say yes, and only then the code. Whatever fails
/// before the last step causes no request to a platform and uses no state up.
struct Callback {
    let ledger: Ledger
    let platform: MailPlatform

    /// Answers a browser.
    ///
    /// - Parameters:
    ///   - query: What the address says; nothing of it is repeated to the browser.
    ///   - user: Who is logged in there.
    func answer(_ query: Parameters, for user: UserID?) async throws -> Page {
        guard let user else { return Page(.unauthorized, "refused: nobody is logged in") }
        guard let text = query["state"] else { return Page(.badRequest, "refused: no state") }
        let state = StateToken(String(text))

        // A session knows the states of its user only: one that somebody else began is unknown,
        // whoever of the two is to be deceived. A platform brings states of its toolkit only;
        // where two platforms share a toolkit, each needs a callback address that its states name.
        let session = try ledger.session(user: user)
        let pending = try session.pendingAuthorization(of: state, toolkit: platform.toolkit)
        if case .failure(let refusal) = pending {
            return Page(.forbidden, "refused: \(refusal.name)")
        }

        if let error = query["error"] {
            return Page(.ok, "not connected: \(Self.reason(String(error))); try again")
        }
        guard let code = query["code"] else { return Page(.badRequest, "refused: no code") }
        return try await link(String(code), state, in: session)
    }

    /// Exchanges the code for a grant, and ties the grant to the user who began with the state.
    private func link(
        _ code: String, _ state: StateToken, in session: Session
    ) async throws -> Page {
        let exchange = await platform.server.address.appending(path: "exchange")
            .appending(queryItems: [URLQueryItem(name: "code", value: code)])
        let answer = try await HTTP.get(exchange)
        guard answer.status == 200 else {
            return Page(.badGateway, "refused: the platform does not know the code")
        }
        let grant = try JSONDecoder().decode(MailPlatform.Grant.self, from: answer.body)
        // The state is checked again, and used up, in the transaction that records the grant.
        let outcome = try await session.link(
            state: state, grant: GrantID(grant.id),
            account: ProviderAccount(
                provider: ProviderID(grant.provider), subject: .init(grant.email),
                email: grant.email),
            toolkit: platform.toolkit, platform: platform.name)
        switch outcome {
        case .applied(let receipt), .unchanged(let receipt):
            let kind = receipt.kind?.rawValue ?? "known"
            return Page(.ok, "\(kind): \(grant.email) at \(platform.name)")
        case .refused(let refusal):
            return Page(.forbidden, "refused: \(refusal.name)")
        }
    }

    /// What an error of RFC 6749, section 4.1.2.1, means for the user.
    ///
    /// `error_description` is left alone: whoever writes the address writes it.
    private static func reason(_ error: String) -> String {
        switch error {
        case "access_denied": "access was denied (\(error))"
        case "server_error", "temporarily_unavailable":
            "the platform is out of order (\(error))"
        case "invalid_request", "unauthorized_client", "unsupported_response_type",
            "invalid_scope":
            "the platform does not accept what this application asks for (\(error))"
        default: "the platform gives a reason that nobody here knows"
        }
    }
}

/// A line of text as an answer to a browser.
struct Page: ResponseGenerator {
    let status: HTTPResponse.Status
    let text: String

    init(_ status: HTTPResponse.Status, _ text: String) {
        self.status = status
        self.text = text
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = text.response(from: request, context: context)
        response.status = status
        // The address holds a state and a code: nothing keeps what is found there. A page with
        // links would say `Referrer-Policy: no-referrer` too, so that it is not told to others.
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
